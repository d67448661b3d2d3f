"""Liquidity, from the definitions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import ratio

NAN = math.nan


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by their names."""
    n, m = p["flow"], p["liquidity"]
    rows = range(len(bars))
    changes = [bar.close - before.close for before, bar in pairwise(bars)]

    def last(i: int, count: int) -> list[Bar]:
        return bars[i + 1 - count : i + 1]

    def moves(i: int, count: int) -> list[int]:
        return changes[i - count : i]

    def scale(i: int) -> float:
        return ratio(sum(bar.volume for bar in last(i, m)) / m, atr[i])

    return {
        f"toxicity_{m}": [toxicity(last(i, m)) if i + 1 >= m else NAN for i in rows],
        f"kyle_{m}": [impact(last(i, m), moves(i, m))[0] * scale(i) if i >= m else NAN for i in rows],
        f"kyle_fit_{m}": [impact(last(i, m), moves(i, m))[1] if i >= m else NAN for i in rows],
        f"amihud_{m}": [amihud(last(i, m), moves(i, m)) * scale(i) if i >= m else NAN for i in rows],
        f"roll_{m}": [ratio(roll(moves(i, m + 1)), atr[i]) if i >= m + 1 else NAN for i in rows],
        f"large_share_{n}": [large_share(last(i, n)) if i + 1 >= n else NAN for i in rows],
        f"trade_size_{n}_{m}": [
            ratio(trade_size(last(i, n)), trade_size(last(i, m))) if i + 1 >= max(n, m) else NAN for i in rows
        ],
    }


def toxicity(bars: list[Bar]) -> float:
    return ratio(sum(abs(2 * bar.buy_volume - bar.volume) for bar in bars), sum(bar.volume for bar in bars))


def impact(bars: list[Bar], changes: list[int]) -> tuple[float, float]:
    """Return slope and R2 of changes on signed volume."""
    volumes = [2 * bar.buy_volume - bar.volume for bar in bars]
    mean_x, mean_y = Fraction(sum(volumes), len(volumes)), Fraction(sum(changes), len(changes))
    pairs = [(x - mean_x, y - mean_y) for x, y in zip(volumes, changes, strict=True)]
    xx, xy, yy = sum(x * x for x, _ in pairs), sum(x * y for x, y in pairs), sum(y * y for _, y in pairs)
    return float(xy / xx) if xx else 0.0, float(xy * xy / (xx * yy)) if xx * yy else 0.0


def amihud(bars: list[Bar], changes: list[int]) -> float:
    found = [abs(change) / bar.volume for bar, change in zip(bars, changes, strict=True) if bar.volume]
    return sum(found) / len(found) if found else 0.0


def roll(changes: list[int]) -> float:
    products = [before * after for before, after in pairwise(changes)]
    return 2 * math.sqrt(max(0.0, -sum(products) / len(products)))


def large_share(bars: list[Bar]) -> float:
    return ratio(sum(bar.largest for bar in bars), sum(bar.volume for bar in bars))


def trade_size(bars: list[Bar]) -> float:
    return ratio(sum(bar.volume for bar in bars), sum(bar.count for bar in bars))
