"""The main job from end to end: trades in; a tuned, trained and backtested strategy out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from psky.app.backtest import BacktestRequest, run_backtest
from psky.app.data import import_files, synthetic_params
from psky.app.synth import generate_tape
from psky.app.train import TrainResult, run_training
from psky.app.truth import TruthReport, compare_with_oracle
from psky.app.tune import TuneRequest, TuneResult, new_study_name, run_tuning
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, ignore_progress
from psky.market.psg1 import DEMO_PARAMS

DEMO_SYMBOL = "DEMOUSDT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """All that the demo made."""

    symbol: str
    tuned: TuneResult
    trained: TrainResult
    backtest: BacktestView
    fold: BacktestView
    """The first fold again, whose digest must equal the tuner's."""
    truth: TruthReport | None
    """The winner's probabilities against the planted ones; None for real trades."""


def prepare_tape(workspace: Workspace, symbol: str, tape: Path | None) -> str:
    """Import `tape` into `symbol`, or generate the synthetic tape, and say in a sentence what was done."""
    if tape is None:
        stored = generate_tape(workspace, symbol, DEMO_PARAMS).stored
        made = f"{stored.rows:,} generated trades with a planted edge ({stored.files[0].status})"
        return f"{symbol} is SYNTHETIC: PSG-1, {made}"
    imported = import_files(workspace, symbol, [tape], on_progress=ignore_progress)
    return f"{symbol}: {imported.rows:,} trades in {len(imported.files)} files"


def run_demo(workspace: Workspace, symbol: str, *, trials: int, on_progress: OnProgress) -> DemoResult:
    """Tune a new study on a symbol's tape, train its best trial, and backtest it on the hold-out and on a fold.

    Raises:
        PskyError: whatever the steps raise.
    """
    study = new_study_name(workspace, symbol, "demo")
    synthetic = synthetic_params(workspace, symbol) is not None
    request = TuneRequest(symbol=symbol, study=study, trials=trials)
    tuned = run_tuning(workspace, request, on_progress=on_progress, stopped=lambda: False)
    trial = tuned.summary.trial
    trained = run_training(workspace, symbol, study, trial)
    whole = BacktestRequest(symbol=symbol, study=study, trial=trial)
    return DemoResult(
        symbol=symbol,
        tuned=tuned,
        trained=trained,
        backtest=run_backtest(workspace, whole, on_progress=ignore_progress),
        fold=run_backtest(workspace, replace(whole, part="fold_1"), on_progress=ignore_progress),
        truth=compare_with_oracle(workspace, symbol, study, trial) if synthetic else None,
    )
