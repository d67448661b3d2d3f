"""Indicators over whole lists, from their definitions: each value is NaN where it is not defined yet."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

NAN = math.nan
T = TypeVar("T")


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def in_atr(distances: list[float], atr: list[float]) -> list[float]:
    pairs = zip(distances, atr, strict=True)
    return [NAN if math.isnan(distance) else ratio(distance, unit) for distance, unit in pairs]


def over(values: list[T], n: int, measure: Callable[[list[T]], float]) -> list[float]:
    """Return a measure of the last n values at each place, NaN where there are fewer."""
    return [measure(values[i + 1 - n : i + 1]) if i >= n - 1 else NAN for i in range(len(values))]


def ema(values: list[float], span: int) -> list[float]:
    out = [NAN] * len(values)
    for i in range(span - 1, len(values)):
        step = out[i - 1] * (span - 1) / (span + 1) + 2 * values[i] / (span + 1)
        out[i] = sum(values[:span]) / span if i == span - 1 else step
    return out


def wilder(values: list[float], n: int) -> list[float]:
    out = [NAN] * len(values)
    for i in range(n - 1, len(values)):
        out[i] = sum(values[:n]) / n if i == n - 1 else out[i - 1] + (values[i] - out[i - 1]) / n
    return out


def true_ranges(high: list[int], low: list[int], close: list[int]) -> list[float]:
    """Ranges from the second bar on."""
    bars = zip(high[1:], low[1:], close, strict=False)
    return [float(max(top - bottom, abs(top - before), abs(bottom - before))) for top, bottom, before in bars]


def atr(high: list[int], low: list[int], close: list[int], n: int) -> list[float]:
    return [NAN, *wilder(true_ranges(high, low, close), n)][: len(close)]


def rsi(close: list[int], n: int) -> list[float]:
    changes = [float(after - before) for before, after in pairwise(close)]
    gains = wilder([max(change, 0.0) for change in changes], n)
    losses = wilder([max(-change, 0.0) for change in changes], n)
    return [NAN, *(strength(gain, loss) for gain, loss in zip(gains, losses, strict=True))]


def strength(gain: float, loss: float) -> float:
    if loss == 0:
        return 100.0 if gain else 50.0
    return 100 - 100 / (1 + gain / loss)


def directional(high: list[int], low: list[int], close: list[int], n: int) -> tuple[list[float], list[float]]:
    """Return (+DI - -DI) and ADX, both of 100."""
    plus, minus, ranges = [], [], true_ranges(high, low, close)
    for i in range(1, len(close)):
        up, down = high[i] - high[i - 1], low[i - 1] - low[i]
        plus.append(float(up) if up > max(down, 0) else 0.0)
        minus.append(float(down) if down > max(up, 0) else 0.0)
    sums = [_wilder_sum(moves, n) for moves in (plus, minus, ranges)]
    difference, index = [NAN], []
    for p, m, r in zip(*sums, strict=True):
        difference.append(100 * (p - m) / r if r else (NAN if math.isnan(r) else 0.0))
        index.append(100 * abs(p - m) / (p + m) if r and p + m else 0.0 if r == 0 or p + m == 0 else NAN)
    warm = [value for value in index if not math.isnan(value)]
    return difference, [*[NAN] * (1 + len(index) - len(warm)), *wilder(warm, n)]


def _wilder_sum(values: list[float], n: int) -> list[float]:
    """Sums seeded with n - 1 values, as Wilder's averages times n."""
    out, total = [], 0.0
    for i, value in enumerate(values):
        total = total + value if i < n - 1 else total - total / n + value
        out.append(total if i >= n - 1 else NAN)
    return out


def bollinger(close: list[int], n: int, deviations: float) -> list[float]:
    out = [NAN] * len(close)
    for i in range(n - 1, len(close)):
        window = close[i - n + 1 : i + 1]
        mean = Fraction(sum(window), n)
        variance = sum((value - mean) ** 2 for value in window) / n
        out[i] = float(close[i] - mean) / (deviations * math.sqrt(variance)) if variance else 0.0
    return out


def rank(values: list[float], n: int) -> list[float]:
    """Percentile rank of the newest of the last n values, the mean of strict and weak."""
    out = [NAN] * len(values)
    for i in range(n - 1, len(values)):
        window = values[i - n + 1 : i + 1]
        if not any(math.isnan(value) for value in window):
            below, same = sum(x < values[i] for x in window), window.count(values[i])
            out[i] = (below + same / 2) / n
    return out


def window_sums(values: list[int], n: int) -> list[float]:
    return [float(sum(values[i - n + 1 : i + 1])) if i >= n - 1 else NAN for i in range(len(values))]
