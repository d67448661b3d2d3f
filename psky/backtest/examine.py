"""From a replay to its result: metrics, funnel, fill ladder, stress, foresight, calendar and smell tests."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import polars as pl

import psky
from psky.backtest.aftermath import elsewhere, markout_curves
from psky.backtest.calendar import by_calendar
from psky.backtest.findings import Training
from psky.backtest.foresight import calibration, ev_deciles
from psky.backtest.funnel import funnel
from psky.backtest.result import BacktestResult
from psky.backtest.smells import Suspect, smell_tests
from psky.backtest.variants import fill_ladder, stress
from psky.replay.dataset import Dataset
from psky.replay.measures import intervals
from psky.replay.run import Run
from psky.spec.codec import to_dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a replay cannot know of itself: which trial it was, and what the tuner knew of it."""

    study: str
    trial: int
    tuned_digest: str | None
    training: Training
    holdout_looks: int | None
    holdout_backtests: int | None
    """Of the looks, those of backtests that differ."""
    overrides: dict[str, tuple[Any, Any]]
    edges: tuple[str, ...]
    """Tuned parameters at an end of their range, in words."""
    fold_r_per_day: tuple[float, ...]


def examine(dataset: Dataset, run: Run, trades: pl.DataFrame, about: Circumstances) -> BacktestResult:
    """Return all that is to be said about a replay; `trades` is its table (`psky.backtest.tables`)."""
    instrument, part = dataset.tape.instrument, run.part
    rungs, harder = fill_ladder(dataset, run), stress(dataset, run)
    foretold = calibration(dataset, run)
    suspect = Suspect(
        trades=trades,
        days=part.days,
        ladder=rungs,
        stress=harder,
        calibration=foretold,
        edges=about.edges,
        fold_r_per_day=about.fold_r_per_day,
        backtests=about.holdout_backtests,
    )
    return BacktestResult(
        symbol=instrument.symbol,
        label=instrument.label,
        synthetic=instrument.synthetic,
        study=about.study,
        trial=about.trial,
        part=part.name,
        digest=run.ledger.digest,
        tuned_digest=about.tuned_digest,
        start_ts_us=part.start_us,
        end_ts_us=part.end_us,
        training=about.training,
        holdout_looks=about.holdout_looks,
        overrides=about.overrides,
        metrics=dataclasses.asdict(run.metrics),
        intervals=intervals(dataset, run.part, run.ledger),
        markouts=markout_curves(dataset, run),
        elsewhere=elsewhere(dataset, run),
        funnel=funnel(dataset, run),
        ladder=rungs,
        stress=harder,
        calibration=foretold,
        ev_deciles=ev_deciles(dataset, run),
        calendar=by_calendar(trades, part.start_us, part.end_us),
        smells=smell_tests(suspect),
        spec=to_dict(dataset.spec),
        spec_fingerprint=dataset.spec.fingerprint,
        tape_fingerprint=dataset.tape.fingerprint,
        psky_version=psky.__version__,
    )
