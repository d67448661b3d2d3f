"""Volatility: ranges, bands, and what the realised variance is made of."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import in_atr, over, ratio


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by the names that the parameters give them; `atr` is in ticks."""
    n, k = p["bollinger"], p["bollinger_sd"]
    deviation = over([bar.close for bar in bars], n, statistics.pstdev)
    means = over(atr, p["rank"], lambda window: sum(window) / len(window))
    return {
        f"atr_{p['atr']}_ratio_{p['rank']}": [ratio(x, mean) for x, mean in zip(atr, means, strict=True)],
        f"bollinger_{n}_{k:g}_width": in_atr([2 * k * sd for sd in deviation], atr),
        **ranges(bars, atr, p["flow"], p["returns"]),
        **variation(bars, p["returns"]),
    }


def ranges(bars: list[Bar], atr: list[float], flow: int, n: int) -> dict[str, list[float]]:
    high_low = [bar.high - bar.low for bar in bars]
    short, long = (over(high_low, window, statistics.fmean) for window in (flow, n))
    squares = over(high_low, n, lambda window: sum(x * x for x in window))
    return {
        "range_1": in_atr([float(x) for x in high_low], atr),
        f"range_ratio_{flow}_{n}": [ratio(a, b) for a, b in zip(short, long, strict=True)],
        f"parkinson_{n}": in_atr([math.sqrt(sum_ / (4 * math.log(2) * n)) for sum_ in squares], atr),
    }


def variation(bars: list[Bar], n: int) -> dict[str, list[float]]:
    measures = {"jump_share": jump_share, "noise_ratio": noise_ratio, "semivariance_balance": balance}
    return {f"{name}_{n}": over(bars, n + 1, measure) for name, measure in measures.items()}


def changes(bars: list[Bar]) -> Iterator[int]:
    return (after.close - before.close for before, after in pairwise(bars))


def realised(bars: list[Bar]) -> int:
    return sum(change**2 for change in changes(bars))


def jump_share(bars: list[Bar]) -> float:
    n, pairs = len(bars) - 1, pairwise(changes(bars))
    bipower = math.pi / 2 * n / (n - 1) * sum(abs(a) * abs(b) for a, b in pairs)
    return max(0.0, 1 - bipower / realised(bars)) if realised(bars) else 0.0


def noise_ratio(bars: list[Bar]) -> float:
    trades = sum(bar.realised_variance for bar in bars[1:])
    return math.log2(trades / realised(bars)) if realised(bars) else 0.0


def balance(bars: list[Bar]) -> float:
    up = sum(change**2 for change in changes(bars) if change > 0)
    down = sum(change**2 for change in changes(bars) if change < 0)
    return ratio(up - down, realised(bars))
