"""Batch equals stream, bit for bit, however the stream is cut and however often its clock ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psky import _core
from tests.factories import FAMILIES, core_tape, cut, random_tape, small_market

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


@settings(max_examples=60)
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


@pytest.mark.parametrize("change", [{}, {"dense": False}, {"families": FAMILIES[:3]}, {"base_s": 1}, {"ema": 6}])
def test_ready_made_bars_give_the_same_bytes_under_any_features(change: dict[str, Any]) -> None:
    config = _core.MarketConfig(**small_market(**change))
    bars = _core.BarSeries(TAPE, CONFIG)
    made, expected = _core.compute_bars(bars, config), _core.compute(TAPE, config)

    assert len(bars) >= len(made.ts_us) > 0
    for name in COLUMNS + TOUCH_COLUMNS:
        assert getattr(made, name).tobytes() == getattr(expected, name).tobytes(), name


@pytest.mark.parametrize("change", [{"max_gap_us": 1_000_000}, {"timeframes_s": [2, 6, 30]}])
def test_bars_of_another_grid_are_refused(change: dict[str, Any]) -> None:
    bars = _core.BarSeries(TAPE, CONFIG)
    with pytest.raises(ValueError, match="the smallest timeframe and the greatest gap of the bars"):
        _core.compute_bars(bars, _core.MarketConfig(**small_market(**change)))


def test_a_late_trade_is_refused_and_nothing_is_lost() -> None:
    stream = _core.MarketStream(CONFIG)
    stream.push(TAPE, 0, 500)
    with pytest.raises(ValueError, match="at or after the watermark"):
        stream.push(TAPE, 0, 1)
    stream.push(TAPE, 500, len(TAPE) + 10)
    assert_same([stream.take()])


@settings(max_examples=40)
@given(st.integers(0, len(TAPE)), st.integers(0, len(TAPE)), st.floats(0, 1))
def test_a_stream_that_is_saved_and_restored_goes_on_as_if_it_had_not_stopped(one: int, two: int, wait: float) -> None:
    first, second = sorted((one, two))
    stream = _core.MarketStream(CONFIG)
    stream.push(TAPE, 0, first)
    if 0 < first < len(TAPE):
        before, after = TRADES["ts_us"][first - 1 : first + 1].tolist()
        stream.advance(before + int(wait * (after - before)))
    taken = stream.take() if first % 2 else None
    restored = _core.MarketStream.restore(CONFIG, stream.save())
    restored.push(TAPE, first, second)
    again = _core.MarketStream.restore(CONFIG, restored.save())
    again.push(TAPE, second, len(TAPE))
    assert_same([table for table in (taken, again.take()) if table is not None])


def test_a_state_that_was_damaged_is_refused() -> None:
    stream = _core.MarketStream(CONFIG)
    stream.push(TAPE, 0, 500)
    state = stream.save()
    rng = np.random.default_rng(1)
    flipped = [state[:at] + bytes([state[at] ^ 1 << bit]) + state[at + 1 :] for at, bit in _places(rng, len(state))]
    for damaged in (b"", state[:7], state[:-1], state + b"x", state[1:], *flipped):
        with pytest.raises(ValueError, match="damaged bytes"):
            _core.MarketStream.restore(CONFIG, damaged)


def _places(rng: np.random.Generator, size: int) -> list[tuple[int, int]]:
    return list(zip(rng.integers(0, size, 50).tolist(), rng.integers(0, 8, 50).tolist(), strict=True))


@pytest.mark.parametrize("change", [{"ema": 6}, {"touch_ema": 5}, {"families": FAMILIES[:3]}, {"dense": False}])
def test_a_state_of_another_configuration_is_refused(change: dict[str, Any]) -> None:
    state = _core.MarketStream(CONFIG).save()
    with pytest.raises(ValueError, match="this configuration and version"):
        _core.MarketStream.restore(_core.MarketConfig(**small_market(**change)), state)


def test_without_dense_rows_the_touches_are_the_same() -> None:
    sparse = _core.compute(TAPE, _core.MarketConfig(**small_market(dense=False)))
    assert sparse.features.shape == (0, WHOLE.features.shape[1])
    for name in ("ts_us", "atr_ticks", *TOUCH_COLUMNS):
        assert getattr(sparse, name).tobytes() == getattr(WHOLE, name).tobytes(), name


@pytest.mark.parametrize("chosen", [("trend",), ("clock", "momentum"), ()])
def test_chosen_families_are_those_columns_of_all(chosen: tuple[str, ...]) -> None:
    columns = _core.feature_schema(CONFIG)
    config = _core.MarketConfig(**small_market(families=chosen))
    part = _core.compute(TAPE, config)
    places = [place for place, column in enumerate(columns) if column.family in chosen]
    assert [column.name for column in _core.feature_schema(config)] == [columns[place].name for place in places]
    assert part.features.tobytes() == WHOLE.features[:, places].tobytes()
