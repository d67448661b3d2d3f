"""Candles in SQL are the core's bars, from minutes and from trades, at any length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from psky.domain.time import SECOND_US, timeframe_s
from psky.domain.trades import TradeColumns
from psky.errors import StoreError
from psky.market.bars import bars
from psky.store.candles import make_minutes, minutes_path, read_candles
from tests import house
from tests.stores import add, columns

ALL = (-(2**50), 2**60)


@pytest.fixture(scope="module")
def trades() -> TradeColumns:
    return house.columns()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("store") / "x.duckdb"
    house.stock(found)
    make_minutes(found)
    return found


@pytest.mark.parametrize("step", ["5s", "1m", "5m", "1h"])
def test_candles_are_the_bars_of_the_core(path: Path, trades: TradeColumns, step: str) -> None:
    found = read_candles(path, timeframe_s(step), *ALL)
    whole = bars(house.tape_of(trades), step, 10**6)
    spots = np.searchsorted(found.ts_us, whole.open_ts_us)
    busy = whole.count > 0
    assert busy.sum() > 1
    spots = spots[busy]
    np.testing.assert_array_equal(found.ts_us[spots], whole.open_ts_us[busy])
    tick = house.tape_of(trades).instrument.tick_size
    for name in ("open", "high", "low", "close"):
        expected = getattr(whole, name)[busy] * tick
        np.testing.assert_allclose(getattr(found, name)[spots], expected, rtol=1e-12)
    np.testing.assert_array_equal(found.trades[spots], whole.count[busy])


def test_every_trade_is_in_one_candle(path: Path, trades: TradeColumns) -> None:
    for step_s in (15, 60, 86_400):
        found = read_candles(path, step_s, *ALL)
        assert found.trades.sum() == len(trades)
        assert found.volume.sum() == pytest.approx(trades.size.sum())
        assert found.bought.sum() == pytest.approx(trades.size[trades.side > 0].sum())


def test_a_stretch_holds_the_candles_that_begin_in_it(path: Path) -> None:
    every = read_candles(path, 300, *ALL).ts_us
    start, end = int(every[1]) + 1, int(every[4]) + 1
    np.testing.assert_array_equal(read_candles(path, 300, start, end).ts_us, every[2:5])


def test_trades_of_one_instant_open_and_close_in_the_order_of_the_tape(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    add(path, "b", columns([10, 10], [3.0, 4.0]))
    add(path, "a", columns([10, 10], [1.0, 2.0]))  # the earlier by its name
    make_minutes(path)
    candle = read_candles(path, 60, 0, SECOND_US)
    assert (candle.open.tolist(), candle.close.tolist()) == ([1.0], [4.0])


def test_minutes_are_made_anew_for_another_tape_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    add(path, "a", columns([10], [1.0]))
    make_minutes(path)
    first = minutes_path(path).stat().st_mtime_ns
    make_minutes(path)
    assert minutes_path(path).stat().st_mtime_ns == first
    add(path, "b", columns([20], [2.0]))
    make_minutes(path)
    assert read_candles(path, 60, 0, SECOND_US).trades.tolist() == [2]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.duckdb", "x.minutes"]


def test_minutes_that_were_not_made_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    add(path, "a", columns([10], [1.0]))
    with pytest.raises(StoreError, match="expected the minutes of the tape"):
        read_candles(path, 60, 0, 1)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    add(path, "a", columns([10], [1.0]))
    minutes_path(path).mkdir()
    with pytest.raises(StoreError):
        make_minutes(path)
