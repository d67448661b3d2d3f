"""What polars and TA-Lib compute in the benchmark of features is what psky computes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from benches.ours import INSTRUMENT, MAX_GAP_S
from benches.polars_features import polars_columns
from benches.talib_features import talib_columns
from benches.tape import load
from psky.market.bars import Bars, all_bars
from psky.market.features import compute, schema
from psky.market.tape import MarketTape, tape_from_columns
from psky.spec.spec import Spec

SPEC = Spec()
# Bars after which averages with other seeds than psky's have forgotten them.
FORGOTTEN = 1000
Columns = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> MarketTape:
    columns = load(tmp_path_factory.mktemp("benches"), 20_000).columns
    return tape_from_columns(columns, INSTRUMENT, "benches")


@pytest.fixture(scope="module")
def minutes(tape: MarketTape) -> Bars:
    return all_bars(tape, ["1m"], MAX_GAP_S)["1m"]


@pytest.fixture(scope="module")
def ours(tape: MarketTape) -> Columns:
    names = [column.name for column in schema(SPEC)]
    features = compute(tape, SPEC).features
    return {name.removeprefix("1m_"): features[:, at] for at, name in enumerate(names) if name.startswith("1m_")}


def test_polars(minutes: Bars, ours: Columns) -> None:
    names = ("high", "low", "close", "volume", "count", "buy_volume", "buy_count")
    frame = pl.DataFrame(
        {name: getattr(minutes, name) for name in (*names, "plus", "zero_plus", "zero_minus", "minus")}
    )
    expected = frame.select(**polars_columns(SPEC.features))
    traded = (np.arange(len(minutes.count)) >= FORGOTTEN) & (minutes.count > 0)

    assert traded.sum() > FORGOTTEN
    for name in expected.columns:
        np.testing.assert_allclose(
            ours[name][traded], expected[name].to_numpy()[traded], rtol=0, atol=1e-6, err_msg=name
        )


def test_talib(minutes: Bars, ours: Columns) -> None:
    high, low, close = (prices.astype(np.float64) for prices in (minutes.high, minutes.low, minutes.close))
    expected = talib_columns(high, low, close, SPEC.features)

    for name, column in expected.items():
        np.testing.assert_allclose(ours[name], column, rtol=0, atol=1e-9, err_msg=name)
