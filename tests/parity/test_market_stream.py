"""Batch equals stream, bit for bit, however the stream is cut and however often its clock ticks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psky import _core
from tests.factories import core_tape, cut, random_tape, small_market

COLUMNS = ("ts_us", "close_ticks", "atr_ticks", "segment", "features")
TOUCH_COLUMNS = ("touch_row", "touch_side", "touch_timeframe_s", "touch_level_ticks", "touch_features")
CONFIG = _core.MarketConfig(**small_market())
TRADES = random_tape(21, 3000)
TAPE = core_tape(TRADES)
WHOLE = _core.compute(TAPE, CONFIG)


def joined(tables: list[_core.MarketTable], name: str) -> bytes:
    """Return a column of consecutive tables as bytes, rows of touches counted from the first table's first row."""
    offsets = np.cumsum([0, *(len(table.ts_us) for table in tables)])
    parts = [getattr(table, name) for table in tables]
    if name == "touch_row":
        parts = [rows + offset for rows, offset in zip(parts, offsets, strict=False)]
    return np.concatenate(parts).tobytes()


def assert_same(tables: list[_core.MarketTable]) -> None:
    for name in COLUMNS + TOUCH_COLUMNS:
        assert joined(tables, name) == joined([WHOLE], name), name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(TAPE)), max_size=12), st.lists(st.floats(0, 1), min_size=13, max_size=13))
def test_any_chunks_with_a_clock_between_them_give_the_same_bytes(borders: list[int], waits: list[float]) -> None:
    stream, tables = _core.MarketStream(CONFIG), []
    ends = [*sorted(borders), len(TAPE)]
    for start, stop, wait in zip([0, *ends], ends, waits, strict=False):
        stream.push(TAPE, start, stop)
        if 0 < stop < len(TAPE):
            before, after = TRADES["ts_us"][stop - 1 : stop + 1].tolist()
            stream.advance(before + int(wait * (after - before)))
        tables.append(stream.take())
    assert_same(tables)


def test_a_clock_that_ticks_every_half_second_changes_nothing() -> None:
    stream, now = _core.MarketStream(CONFIG), int(TRADES["ts_us"][0])
    for row, ts_us in enumerate(TRADES["ts_us"].tolist()):
        while now <= ts_us:
            stream.advance(now)
            now += 500_000
        stream.push(TAPE, row, row + 1)
    assert_same([stream.take()])


def test_the_clock_closes_a_bar_without_a_trade() -> None:
    stream = _core.MarketStream(CONFIG)
    few = cut(TRADES, slice(0, 200))
    stream.push(core_tape(few), 0, 200)
    stream.take()
    end_us = -(-int(few["ts_us"][-1]) // 2_000_000) * 2_000_000
    stream.advance(end_us - 1)
    assert len(stream.take().ts_us) == 0
    stream.advance(end_us)
    assert stream.take().ts_us.tolist() == [end_us]


def test_a_late_trade_is_refused_and_nothing_is_lost() -> None:
    stream = _core.MarketStream(CONFIG)
    stream.push(TAPE, 0, 500)
    with pytest.raises(ValueError, match="at or after the watermark"):
        stream.push(TAPE, 0, 1)
    stream.push(TAPE, 500, len(TAPE) + 10)
    assert_same([stream.take()])
