"""How values are written wherever they are shown."""

from __future__ import annotations


def metric_text(value: float | None) -> str:
    """Return a metric as people read it: counts whole, other values to four digits, what is undefined in words."""
    if value is None:
        return "undefined"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
