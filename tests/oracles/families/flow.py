"""Order flow, from the definitions."""

from __future__ import annotations

import math
from typing import Any

from tests.oracles.bars import Bar
from tests.oracles.indicators import ratio

NAN = math.nan


def columns(bars: list[Bar], _atr: list[float], p: dict[str, Any]) -> dict[str, list[float]]:
    """Return the columns by their names."""
    n, m, long = p["flow"], p["liquidity"], 3 * p["flow"]

    def over(of: Any, count: int) -> list[float]:  # noqa: ANN401 - a function of a list of bars
        return [of(bars[i + 1 - count : i + 1]) if i + 1 >= count else NAN for i in range(len(bars))]

    def intensity(found: list[Bar]) -> float:
        return ratio(trades(found[-n:]) * m, trades(found[-m:]) * n)

    short, longer = over(volume_imbalance, n), over(volume_imbalance, long)
    return {
        "volume_imbalance_1": over(volume_imbalance, 1),
        f"volume_imbalance_{n}": short,
        f"volume_imbalance_{long}": longer,
        "count_imbalance_1": over(count_imbalance, 1),
        f"count_imbalance_{n}": over(count_imbalance, n),
        f"count_imbalance_{long}": over(count_imbalance, long),
        "tick_balance_1": over(tick_balance, 1),
        f"tick_balance_{n}": over(tick_balance, n),
        f"flow_change_{n}": [a - b for a, b in zip(short, longer, strict=True)],
        f"flow_streak_{n}": over(lambda found: streak(found) / n, n),
        f"run_length_{n}": over(lambda found: ratio(trades(found), 2 * sum(bar.runs for bar in found)), n),
        f"intensity_{n}_{m}": over(intensity, max(n, m)),
    }


def trades(bars: list[Bar]) -> int:
    return sum(bar.count for bar in bars)


def volume_imbalance(bars: list[Bar]) -> float:
    return ratio(sum(2 * bar.buy_volume - bar.volume for bar in bars), sum(bar.volume for bar in bars))


def count_imbalance(bars: list[Bar]) -> float:
    return ratio(sum(2 * bar.buy_count - bar.count for bar in bars), trades(bars))


def tick_balance(bars: list[Bar]) -> float:
    score = sum(bar.plus + 0.5 * bar.zero_plus - 0.5 * bar.zero_minus - bar.minus for bar in bars)
    return ratio(score, trades(bars))


def streak(bars: list[Bar]) -> int:
    """Return how many of the last bars lean the way of the very last, signed."""
    return streak_of([(2 * bar.buy_count > bar.count) - (2 * bar.buy_count < bar.count) for bar in bars])


def streak_of(signs: list[int]) -> int:
    """Return how many of the last signs equal the very last, signed."""
    length = 0
    while length < len(signs) and signs[-1 - length] == signs[-1]:
        length += 1
    return length * signs[-1]
