"""Structure, from the definitions."""

from __future__ import annotations

import math
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import ratio

NAN = math.nan
Swing = tuple[int, int]


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by their names."""
    pivot, vwap = p["pivot"], p["vwap"]
    rows = [row(bars[: i + 1], atr[i], pivot, 3 * p["swing"]) for i in range(len(bars))]
    names = ("room", "skew", "lead", "trend")
    own = {f"swing_{name}_{pivot}": [values[column] for values in rows] for column, name in enumerate(names)}
    distances = [mean_price_distance(bars[i + 1 - vwap : i + 1]) if i + 1 >= vwap else NAN for i in range(len(bars))]
    return own | {f"vwap_{vwap}_distance": [ratio(d, a) for d, a in zip(distances, atr, strict=True)]}


def row(bars: list[Bar], atr: float, pivot: int, memory: int) -> tuple[float, float, float, float]:
    if len(bars) < memory + pivot + 1:
        return (NAN,) * 4
    close = bars[-1].close
    highs = swings([bar.high for bar in bars], pivot, memory)
    lows = [(-price, age) for price, age in swings([-bar.low for bar in bars], pivot, memory)]
    up = highs[0][0] - close if highs else 0
    down = close - lows[0][0] if lows else 0
    high_age, low_age = (found[0][1] if found else memory for found in (highs, lows))
    return (
        ratio(up + down, abs(up + down) + atr),
        ratio(down - up, abs(down) + abs(up)),
        (low_age - high_age) / memory,
        (direction(highs) + direction(lows)) / 2,
    )


def swings(values: list[int], pivot: int, memory: int) -> list[Swing]:
    """Return price and age of the swings of the last `memory` bars, the latest first."""
    found = []
    for at in range(len(values) - 1 - pivot, max(len(values) - 2 - memory, pivot - 1), -1):
        before, after = values[at - pivot : at], values[at + 1 : at + pivot + 1]
        if all(value < values[at] for value in before) and all(value <= values[at] for value in after):
            found.append((values[at], len(values) - 1 - at))
    return found


def direction(found: list[Swing]) -> int:
    if len(found) < 2:
        return 0
    return (found[0][0] > found[1][0]) - (found[0][0] < found[1][0])


def mean_price_distance(bars: list[Bar]) -> float:
    volume = sum(bar.volume for bar in bars)
    return bars[-1].close - sum(bar.turnover for bar in bars) / volume if volume else 0.0
