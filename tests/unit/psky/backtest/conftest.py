"""A fold of the small market, replayed and examined."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pytest

from psky.backtest.examine import Circumstances, examine
from psky.backtest.findings import Training
from psky.backtest.result import BacktestResult
from psky.backtest.tables import price_path, trades_table
from psky.replay.dataset import Dataset
from psky.replay.periods import folds
from psky.replay.run import Run, replay_part, train


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A replay, what was found, and its tables."""

    run: Run
    result: BacktestResult
    trades: pl.DataFrame
    prices: pl.DataFrame


@pytest.fixture(scope="session")
def found(dataset: Dataset) -> Found:
    fold = folds(dataset)[1]  # where some touches are refused
    run = replay_part(dataset, fold, train(dataset, fold))
    trades = trades_table(dataset, run)
    about = Circumstances(
        study="first",
        trial=0,
        tuned_digest=run.ledger.digest,
        training=Training(rows=100, start_us=0, end_us=1, note="trained on what was known before fold 2 began"),
        holdout_looks=None,
        holdout_backtests=None,
        overrides={},
        edges=(),
        fold_r_per_day=(1.0, 2.0),
    )
    return Found(run=run, result=examine(dataset, run, trades, about), trades=trades, prices=price_path(dataset, fold))
