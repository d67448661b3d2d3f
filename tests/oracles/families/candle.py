"""Candles, from the definitions."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.families.flow import streak_of
from tests.oracles.indicators import ratio

NAN = math.nan


def columns(bars: list[Bar], atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by their names."""
    n = p["flow"]
    gaps = [NAN, *(bar.open - before.close for before, bar in pairwise(bars))]
    moves = [(bar.close > before.close) - (bar.close < before.close) for before, bar in pairwise(bars)]
    return {
        "candle_body": [ratio(bar.close - bar.open, bar.high - bar.low) for bar in bars],
        "candle_wicks": [ratio(lower_wick(bar) - upper_wick(bar), bar.high - bar.low) for bar in bars],
        "candle_location": [ratio(2 * bar.close - bar.high - bar.low, bar.high - bar.low) for bar in bars],
        "candle_gap": [ratio(gap, a) if not math.isnan(a) else NAN for gap, a in zip(gaps, atr, strict=True)],
        "candle_cover": [NAN, *(float(covers(bar, before) - covers(before, bar)) for before, bar in pairwise(bars))],
        f"close_streak_{n}": [streak_of(moves[i - n : i]) / n if i >= n else NAN for i in range(len(bars))],
    }


def lower_wick(bar: Bar) -> int:
    return min(bar.open, bar.close) - bar.low


def upper_wick(bar: Bar) -> int:
    return bar.high - max(bar.open, bar.close)


def covers(outer: Bar, inner: Bar) -> bool:
    return outer.high >= inner.high and outer.low <= inner.low
