"""What polars and TA-Lib compute in the benchmark of features is what psky computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benches.minutes import minutes as ready_made
from benches.ours import INSTRUMENT, MAX_GAP_S, cell_names, cells
from benches.polars_features import bars_frame, polars_columns
from benches.stages.features import FAMILIES, FORGOTTEN
from benches.talib_features import talib_columns
from benches.tape import load
from psky.market.bars import Bars, all_bars
from psky.market.features import compute, schema
from psky.market.tape import MarketTape, tape_from_columns
from psky.spec.spec import Spec

SPEC = Spec()
ROWS = 20_000
Columns = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benches")


@pytest.fixture(scope="module")
def tape(folder: Path) -> MarketTape:
    columns = load(folder, ROWS).columns
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
    expected = bars_frame(minutes).select(**polars_columns(SPEC.features))
    traded = (np.arange(len(minutes.count)) >= FORGOTTEN) & (minutes.count > 0) & (minutes.high > minutes.low)

    assert traded.sum() > FORGOTTEN
    for name in expected.columns:
        np.testing.assert_allclose(
            ours[name][traded], expected[name].to_numpy()[traded], rtol=0, atol=1e-6, err_msg=name
        )


def test_talib(minutes: Bars, ours: Columns) -> None:
    high, low, close = (prices.astype(np.float64) for prices in (minutes.high, minutes.low, minutes.close))
    expected = talib_columns(high, low, close, SPEC.features)

    for name, column in expected.items():
        known = np.isfinite(column)
        tolerance = 1e-6 if "_z_" in name or "_r2_" in name else 1e-9
        assert known.sum() > FORGOTTEN
        np.testing.assert_allclose(ours[name][known], column[known], rtol=0, atol=tolerance, err_msg=name)


def test_ready_made_minutes_are_those_of_the_columns(folder: Path, minutes: Bars) -> None:
    made = ready_made(load(folder, ROWS))

    assert len(made) == len(made.columns.count) == len(minutes.count)
    np.testing.assert_array_equal(cells(made.series, ["momentum"]).close_ticks, minutes.close)


def test_all_families_of_a_timeframe_are_run() -> None:
    names = [column.name.removeprefix("1m_") for column in schema(SPEC) if column.name.startswith("1m_")]

    assert cell_names(FAMILIES) == names
