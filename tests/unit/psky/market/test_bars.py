from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from psky import _core
from psky.domain.instrument import Instrument
from psky.errors import UsageError
from psky.market.bars import bars
from psky.market.tape import MarketTape
from tests.factories import Columns, core_bars, core_tape, random_tape, tick_directions
from tests.oracles import bars as oracle
from tests.vectors.load import vectors

GAP_S = 60
FIELDS = tuple(name for name in dir(_core.Bars) if not name.startswith("_"))


def market_tape(columns: Columns) -> MarketTape:
    instrument = Instrument(symbol="TEST", price_decimals=0, size_decimals=0)
    return MarketTape(instrument=instrument, fingerprint="none", core=core_tape(columns))


def rows(found: _core.Bars) -> list[dict[str, Any]]:
    columns = {name: getattr(found, name).tolist() for name in FIELDS}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("timeframe", ["1s", "2s", "30s", "1m"])
@pytest.mark.parametrize("seed", range(3))
def test_bars_equal_the_obvious_ones(seed: int, timeframe: str) -> None:
    columns = random_tape(seed, 4000)
    seconds = 60 if timeframe == "1m" else int(timeframe[:-1])
    found = rows(bars(market_tape(columns), timeframe, GAP_S))
    expected = oracle.bars(columns, seconds, GAP_S * 1_000_000)
    assert found == [asdict(bar) | {"segment": segment} for segment, bar in expected]
    assert len({row["segment"] for row in found}) > 1


@pytest.mark.parametrize("timeframe_s", [1, 30])
def test_bars_equal_those_of_sql(timeframe_s: int) -> None:
    columns = random_tape(7, 3000)
    found = rows(core_bars(core_tape(columns), timeframe_s, GAP_S * 1_000_000))
    assert found == oracle.sql_bars(columns, timeframe_s, GAP_S * 1_000_000)


@pytest.mark.parametrize("vector", vectors("time_bars"))
def test_vector(vector: dict[str, Any]) -> None:
    given = vector["inputs"]
    # One more trade moves the watermark past the last bar's end.
    price = np.array([*given["px"], 1000], dtype=np.float64)
    columns = {
        "ts_us": np.array([*given["ts_ms"], 5000]) * 1000,
        "price": price,
        "size": np.array([*given["size"], 1], dtype=np.float64),
        "side": np.array([*given["side"], 1], dtype=np.int8),
        "tick_direction": tick_directions(price),
        "flags": np.zeros(len(price), dtype=np.uint8),
    }
    found = rows(bars(market_tape(columns), f"{given['bar_ms'] // 1000}s", GAP_S))
    names = ("open", "high", "low", "close", "volume", "buy_volume", "count")
    assert [[row["open_ts_us"] // 1000, *(row[name] for name in names)] for row in found] == vector["expected"]


def test_every_trade_between_the_first_and_last_open_is_in_a_bar() -> None:
    columns = random_tape(3, 5000, gaps=0)
    found = bars(market_tape(columns), "5s", GAP_S)
    inside = (columns["ts_us"] >= found.open_ts_us[0]) & (columns["ts_us"] < found.open_ts_us[-1] + 5_000_000)
    assert found.volume.sum() == columns["size"][inside].sum()
    assert found.count.sum() == inside.sum()


def test_a_tape_without_a_whole_bar_has_none() -> None:
    columns = random_tape(1, 3, silences=0, gaps=0)
    assert len(bars(market_tape(columns), "1h", GAP_S).open) == 0


def test_columns_cannot_be_written() -> None:
    found = bars(market_tape(random_tape(1, 200)), "1s", GAP_S)
    with pytest.raises(ValueError, match="read-only"):
        found.close[0] = 1


def test_what_is_no_timeframe_is_refused() -> None:
    tape = market_tape(random_tape(1, 10))
    with pytest.raises(UsageError, match="timeframe"):
        bars(tape, "soon", GAP_S)
    with pytest.raises(ValueError, match="positive timeframe"):
        core_bars(tape.core, 0, 1)
