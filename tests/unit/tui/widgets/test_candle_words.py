from __future__ import annotations

import pytest

from psky.domain.time import SECOND_US
from tests.tui.fake_data import DAY_US, START_US, candles
from tui.widgets import candle_words

COLUMNS = candles("X", "1d", START_US - 3 * DAY_US, START_US).columns


def test_a_candle_is_told_with_the_sign_of_its_change() -> None:
    change = float(COLUMNS.close[1] / COLUMNS.open[1] - 1)
    words = candle_words.prices(COLUMNS, 1, 1)
    assert words.startswith(f"{'▲' if change > 0 else '▼'} {change:+.2%}  O {COLUMNS.open[1]:,.1f} H ")
    assert candle_words.volume(COLUMNS, 1).endswith("50% bought, 432 trades")


def test_seconds_are_told_of_candles_shorter_than_a_minute() -> None:
    assert candle_words.when(START_US + 5 * SECOND_US, SECOND_US) == "2026-01-01 00:00:05"
    assert candle_words.when(START_US, 60 * SECOND_US) == "2026-01-01 00:00"


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (86_540, "86.5k"), (2.5e6, "2.5M"), (1e9, "1G")])
def test_quantities_are_short(value: float, text: str) -> None:
    assert candle_words.short(value) == text
