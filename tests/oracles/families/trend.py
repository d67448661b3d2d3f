"""Trend: distances, slopes and order of three averages, regression of closes on time."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import NAN, ema, in_atr, over


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by the names that the parameters give them; prices are closes, `atr` is in ticks."""
    close = [float(bar.close) for bar in bars]
    spans = p["ema_fast"], p["ema"], p["ema_slow"]
    fast, middle, slow = lines = [ema(close, span) for span in spans]
    orders = [order(*values) for values in zip(fast, middle, slow, atr, strict=True)]
    spread = in_atr([a - b for a, b in zip(fast, slow, strict=True)], atr)
    out = {f"ema_alignment_{spans[0]}_{spans[1]}_{spans[2]}": orders, f"ema_spread_{spans[0]}_{spans[2]}": spread}
    for span, line in zip(spans, lines, strict=True):
        out[f"ema_{span}_distance"] = in_atr([x - y for x, y in zip(close, line, strict=True)], atr)
        out[f"ema_{span}_slope"] = in_atr([NAN, *(b - a for a, b in pairwise(line))], atr)
    return out | regression([bar.close for bar in bars], atr, p["regression"])


def order(fast: float, middle: float, slow: float, atr: float) -> float:
    """Return 1 for averages stacked upwards, -1 downwards, halves where only one pair is apart."""
    if math.isnan(fast + middle + slow + atr):
        return NAN
    pairs = (fast, middle), (middle, slow)
    return sum(math.copysign(0.5, a - b) for a, b in pairs if abs(a - b) > 1e-9 * atr > 0)


def regression(close: list[int], atr: list[float], n: int) -> dict[str, list[float]]:
    slopes, r2, residuals = (over(close, n, of) for of in (slope, r_squared, residual))
    return {
        f"regression_slope_{n}": in_atr(slopes, atr),
        f"regression_r2_{n}": r2,
        f"regression_residual_{n}": in_atr(residuals, atr),
    }


def slope(close: list[int]) -> float:
    return statistics.linear_regression(range(len(close)), centred(close)).slope


def r_squared(close: list[int]) -> float:
    return statistics.correlation(range(len(close)), centred(close)) ** 2 if len(set(close)) > 1 else 0.0


def residual(close: list[int]) -> float:
    line = statistics.linear_regression(range(len(close)), centred(close))
    return centred(close)[-1] - line.intercept - line.slope * (len(close) - 1)


def centred(close: list[int]) -> list[int]:
    """Return the closes from the last one: the library's sums are floats."""
    return [x - close[-1] for x in close]
