"""The main job from end to end: trades in; a tuned, trained and backtested strategy out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psky.app.backtest import run_backtest
from psky.app.data import import_files, synthetic_params
from psky.app.synth import generate_tape
from psky.app.train import TrainResult, run_training
from psky.app.truth import TruthReport, compare_with_oracle
from psky.app.tune import TuneRequest, TuneResult, new_study_name, run_tuning
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, ignore_progress
from psky.market.psg1 import DEMO_PARAMS
from psky.spec.codec import replace
from psky.spec.spec import Spec

DEMO_SYMBOL = "DEMOUSDT"
DEMO_SEED = 1

DEMO_SPEC = replace(
    Spec(),
    {
        # The fees at which PSG-1 is published (METHOD 8.1); real defaults are twice as high.
        "costs.maker_fee_rate": 0.0001,
        "costs.taker_fee_rate": 0.00025,
        "costs.slippage_ticks": 0,
        # An EMA as fast as an episode's pullbacks, on the bars that resolve the 50 prints of its flow.
        "touch.timeframes": ["1m", "5m"],
        "touch.ema": 5,
        # As wide as an episode (16 ticks), and long enough to reach either end.
        "intent.stop_atr": 7.0,
        "intent.target_rr": 1.0,
        "intent.hold_bars": 240,
        "features.flow": 5,
        "model.leaves": 5,
        "model.min_leaf_rows": 100,
        # METHOD 8.3: a hold-out of at least a quarter.
        "split.holdout_share": 0.25,
    },
)
"""What the synthetic tape is tuned from; real tapes begin with the defaults."""


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
        report = generate_tape(workspace, symbol, prints=DEMO_PARAMS.n, seed=DEMO_SEED, planted=True)
        made = f"{report.rows:,} generated trades with a planted edge ({report.files[0].status})"
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
    request = TuneRequest(symbol=symbol, study=study, trials=trials, spec=DEMO_SPEC if synthetic else None)
    tuned = run_tuning(workspace, request, on_progress=on_progress, stopped=lambda: False)
    trial = tuned.summary.trial
    trained = run_training(workspace, symbol, study, trial)
    return DemoResult(
        symbol=symbol,
        tuned=tuned,
        trained=trained,
        backtest=run_backtest(workspace, symbol, study, trial, "holdout", on_progress=ignore_progress),
        fold=run_backtest(workspace, symbol, study, trial, "fold_1", on_progress=ignore_progress),
        truth=compare_with_oracle(workspace, symbol, study, trial) if synthetic else None,
    )
