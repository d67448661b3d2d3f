"""Momentum: returns as z-scores, the path's efficiency, MACD."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import NAN, ema, in_atr, over, ratio


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by the names that the parameters give them; prices are closes, `atr` is in ticks."""
    n, close = p["returns"], [bar.close for bar in bars]
    line, histogram = macd(close, p["macd_fast"], p["macd_slow"], p["macd_signal"])
    return {
        f"return_1_z_{n}": [z_score(close[: i + 1], 1, n) for i in range(len(close))],
        f"return_5_z_{n}": [z_score(close[: i + 1], 5, n) for i in range(len(close))],
        f"efficiency_{n}": over(close, n + 1, efficiency),
        f"macd_{p['macd_fast']}_{p['macd_slow']}": in_atr(line, atr),
        f"macd_histogram_{p['macd_fast']}_{p['macd_slow']}_{p['macd_signal']}": in_atr(histogram, atr),
    }


def z_score(close: list[int], steps: int, n: int) -> float:
    if len(close) <= max(steps, n):
        return NAN
    window = close[-n - 1 :]
    changes = [after - before for before, after in pairwise(window)]
    return ratio(close[-1] - close[-1 - steps], math.sqrt(steps) * statistics.pstdev(changes))


def efficiency(close: list[int]) -> float:
    steps = sum(abs(after - before) for before, after in pairwise(close))
    return ratio(close[-1] - close[0], steps)


def macd(close: list[int], fast: int, slow: int, signal: int) -> tuple[list[float], list[float]]:
    """Return line and histogram; the fast average does not see the closes before its seed ends with the slow one's."""
    skipped = slow - fast
    quick = [*[NAN] * skipped, *ema([float(x) for x in close[skipped:]], fast)][: len(close)]
    line = [a - b for a, b in zip(quick, ema([float(x) for x in close], slow), strict=True)]
    unknown = [NAN] * min(slow - 1, len(line))
    average = [*unknown, *ema(line[slow - 1 :], signal)]
    return line, [a - b for a, b in zip(line, average, strict=True)]
