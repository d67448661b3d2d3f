"""Numbers, times and names as people read them, on a screen, in a table or in a report."""

from __future__ import annotations

import math

from psky.domain.time import utc_text

MISSING = "–"  # noqa: RUF001 - a dash that no number begins with
THEN = " › "  # noqa: RUF001 - the mark between breadcrumbs


def missing(value: object) -> bool:
    """Return whether there is nothing to compare: None or not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def integer(value: float | None) -> str:
    """Return a count with its thousands set apart."""
    return _grouped(value, ",.0f")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a count and what is counted: `1 study`, `1,200 trials`; `many` where it is not `one` and an s."""
    return f"{integer(number)} {one if number == 1 else many or f'{one}s'}"


def decimal(value: float | None, digits: int = 2) -> str:
    """Return a number without a plus."""
    return _grouped(value, f",.{digits}f")


def signed(value: float | None, digits: int = 2) -> str:
    """Return a number with its sign: scores and results in R."""
    return _grouped(value, f"+,.{digits}f")


def percent(share: float | None) -> str:
    """Return a share of one as a percentage."""
    return MISSING if share is None else "NaN" if math.isnan(share) else f"{share:.1%}"


def price(value: float | None) -> str:
    """Return a price with as many digits as it has."""
    return _grouped(value, ",.10g")


def utc_minute(ts_us: int) -> str:
    """Return an instant as `2018-01-25 09:30`, UTC; one that no calendar has as its number."""
    try:
        return utc_text(ts_us)[:16]
    except (ValueError, OverflowError, OSError):
        return f"{ts_us} us"


def span(seconds: float | None) -> str:
    """Return a length of time in its two largest units: `42s`, `3m05s`, `2h07m`, `3d04h`."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    minutes, left_s = divmod(round(seconds), 60)
    hours, left_min = divmod(minutes, 60)
    days, left_h = divmod(hours, 24)
    if days:
        return f"{days}d{left_h:02d}h"
    if hours:
        return f"{hours}h{left_min:02d}m"
    return f"{minutes}m{left_s:02d}s" if minutes else f"{left_s}s"


def anything(value: object) -> str:
    """Return a parameter's value."""
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else str(value)
    return MISSING if value is None else str(value)


def title(name: str) -> str:
    """Return a metric's name as people read it: `net_r_per_day` is `net R per day`."""
    return " ".join("R" if word == "r" else word for word in name.removesuffix("_s").split("_"))


def metric(name: str, value: float | None) -> str:
    """Return a metric in the unit that its name states."""
    words = name.split("_")
    if words[-1] == "s":
        return span(value)
    if value is None or isinstance(value, int):
        return integer(value)
    if {"rate", "share", "coverage"} & set(words):
        return percent(value)
    if {"drawdown", "fee", "fees", "cost", "turnover"} & set(words):
        return decimal(value)  # how much, not which way
    if "quote" in words:
        return signed(value)
    return signed(value) if "r" in words else _grouped(value, ",.4g")


def part_title(part: str) -> str:
    """Return a part of history as people read it: `hold-out`, `fold 2`, `20180124 to 20180125T1200`."""
    if part == "holdout":
        return "hold-out"
    kind, *ends = part.split("_")
    if not ends:
        return kind
    return " to ".join(ends) if kind == "range" else f"{kind} {ends[0]}"


def metric_interval(name: str, low: float, high: float) -> str:
    """Return the interval of a metric in its unit: `-0.31 to +1.20`."""
    whole = name == "trades"
    return " to ".join(integer(end) if whole else metric(name, end) for end in (low, high))


def sign_tone(value: float | None) -> str:
    """Return `gain`, `loss` or nothing after the sign of a result."""
    if value is None or missing(value) or value == 0:
        return ""
    return "gain" if value > 0 else "loss"


def _grouped(value: float | None, spec: str) -> str:
    if value is None:
        return MISSING
    return format(value, spec) if math.isfinite(value) else str(value).replace("nan", "NaN")
