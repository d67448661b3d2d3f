"""Nothing is known before its time: what comes later changes no earlier row, feature or touch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from psky import _core
from tests.factories import core_tape, cut, random_tape, small_market

ROWS = ("ts_us", "close_ticks", "atr_ticks", "segment", "features")
TOUCHES = ("touch_row", "touch_side", "touch_timeframe_s", "touch_level_ticks", "touch_features")
CONFIG = _core.MarketConfig(**small_market())
TRADES = random_tape(33, 6000)
WHOLE = _core.compute(core_tape(TRADES), CONFIG)
TIMES = np.random.default_rng(1).integers(TRADES["ts_us"][100], TRADES["ts_us"][-1], 50)


def until(time_us: int) -> _core.MarketTable:
    return _core.compute(core_tape(cut(TRADES, TRADES["ts_us"] < time_us)), CONFIG)


def assert_unchanged(early: _core.MarketTable, whole: Any, last_trade_us: int) -> None:  # noqa: ANN401 - or a forgery
    """Assert that the rows known by `last_trade_us` are the same bytes in both tables, none missing."""
    rows = int(np.searchsorted(whole.ts_us, last_trade_us, side="right"))
    touches = int(np.searchsorted(whole.touch_row, rows))
    for names, count in ((ROWS, rows), (TOUCHES, touches)):
        for name in names:
            assert getattr(early, name).tobytes() == getattr(whole, name)[:count].tobytes(), name


@pytest.mark.parametrize("time_us", TIMES.tolist())
def test_cutting_the_tape_changes_nothing_before_the_cut(time_us: int) -> None:
    last_trade_us = int(TRADES["ts_us"][TRADES["ts_us"] < time_us][-1])
    assert_unchanged(until(time_us), WHOLE, last_trade_us)


@pytest.mark.parametrize("column", ["features", "touch_features", "touch_level_ticks", "close_ticks"])
def test_the_check_finds_a_column_that_peeks_one_row_ahead(column: str) -> None:
    forged = SimpleNamespace(**{name: getattr(WHOLE, name) for name in ROWS + TOUCHES})
    setattr(forged, column, np.roll(getattr(WHOLE, column), -1, axis=0))
    time_us = int(TIMES[0])
    last_trade_us = int(TRADES["ts_us"][TRADES["ts_us"] < time_us][-1])
    with pytest.raises(AssertionError, match=column):
        assert_unchanged(until(time_us), forged, last_trade_us)


def test_what_follows_a_cut_can_be_anything() -> None:
    time_us = int(TIMES[1])
    row = int(np.searchsorted(TRADES["ts_us"], time_us))
    other = {name: column.copy() for name, column in TRADES.items()}
    other["price"][row:] += 500
    other["side"][row:] *= -1
    assert_unchanged(until(time_us), _core.compute(core_tape(other), CONFIG), int(TRADES["ts_us"][row - 1]))


def test_a_segment_knows_nothing_of_the_one_before() -> None:
    start = int(np.flatnonzero(np.diff(TRADES["ts_us"]) > 60_000_000)[-1]) + 1
    alone = _core.compute(core_tape(cut(TRADES, slice(start, None))), CONFIG)
    rows = WHOLE.ts_us > TRADES["ts_us"][start]
    assert WHOLE.segment[-1] > 0
    assert alone.features.tobytes() == WHOLE.features[rows].tobytes()
    assert alone.touch_features.tobytes() == WHOLE.touch_features[rows[WHOLE.touch_row]].tobytes()
