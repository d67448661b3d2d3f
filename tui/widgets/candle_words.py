"""A candle in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psky.domain import text as fmt
from psky.domain.time import SECOND_US

if TYPE_CHECKING:
    from psky.app.candles import CandleColumns


def when(ts_us: int, step_us: int) -> str:
    """Return when a candle begins, with seconds where it is shorter than a minute."""
    seconds = f":{ts_us // SECOND_US % 60:02d}" if step_us < 60 * SECOND_US else ""
    return f"{fmt.utc_minute(ts_us)}{seconds}"


def prices(columns: CandleColumns, index: int, decimals: int) -> str:
    """Return the change of a candle with its sign, and its four prices."""
    names = (("O", columns.open), ("H", columns.high), ("L", columns.low), ("C", columns.close))
    words = " ".join(f"{name} {float(column[index]):,.{decimals}f}" for name, column in names)
    change = float(columns.close[index] / columns.open[index] - 1)
    sign = "▲" if change > 0 else "▼" if change < 0 else "="
    return f"{sign} {change:+.2%}  {words}"


def volume(columns: CandleColumns, index: int) -> str:
    """Return the volume of a candle, how much of it takers bought, and its trades."""
    total = float(columns.volume[index])
    bought = f"{float(columns.bought[index]) / total:.0%} bought" if total else "nothing bought"
    return f"vol {short(total)}, {bought}, {fmt.integer(int(columns.trades[index]))} trades"


def short(value: float) -> str:
    """Return a quantity in three digits: `86.5k`."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
