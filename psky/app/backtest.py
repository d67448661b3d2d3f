"""Backtest a tuned trial with the function that scored it."""

from __future__ import annotations

from pathlib import Path

import psky
from psky.app.studies import find_study
from psky.app.train import checked_tape, load_trained, model_folder, train_on
from psky.app.views import BacktestView, TradeView
from psky.app.workspace import Workspace
from psky.backtest.report import write_report
from psky.backtest.result import BacktestResult, make_result, read_result, write_result
from psky.backtest.tables import read_trades, trades_table, write_tables
from psky.domain.progress import OnProgress, steps
from psky.learn.bundle import Bundle
from psky.log import logger
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import HOLDOUT, Part, part
from psky.replay.run import Run, replay_part, train
from psky.tuning.looks import count_look
from psky.tuning.summary import TuningSummary, read_summary

_LOG = logger(__name__)
_STEPS = ("reading the tape", "features, touches and outcomes", "model", "replay", "report", "done")


def run_backtest(
    workspace: Workspace, symbol: str, study: str, trial: int, part_name: str, *, on_progress: OnProgress
) -> BacktestView:
    """Replay a trial on the hold-out with its trained model, or on a fold as the tuner did; write tables and report.

    A trial that was not trained yet is trained first.

    Raises:
        UsageError: no such symbol, study, trial or fold.
        MismatchError: tape, spec, schema or version are not those of the trial.
    """
    say = steps(_STEPS, on_progress)
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    say(0)
    tape = checked_tape(workspace, symbol, summary)
    say(1)
    dataset = build_dataset(tape, summary.strategy)
    chosen = part(dataset, part_name)
    say(2)
    bundle = _bundle(folder, summary, dataset, chosen)
    say(3)
    run = replay_part(dataset, chosen, bundle)
    say(4)
    target = _folder(folder, trial, part_name)
    result = _write(target, summary, dataset, run)
    say(5)
    _LOG.info("backtest", study=study, trial=trial, part=part_name, digest=run.ledger.digest)
    return _view(target, result)


def load_backtest(workspace: Workspace, symbol: str, study: str, trial: int, part_name: str) -> BacktestView | None:
    """Return the last backtest of a trial on a part of history, None where there is none.

    Raises:
        UsageError: no such study.
        MismatchError: the files are not those that this version writes.
    """
    folder = _folder(find_study(workspace, symbol, study), trial, part_name)
    result = read_result(folder)
    return None if result is None else _view(folder, result)


def _bundle(folder: Path, summary: TuningSummary, dataset: Dataset, chosen: Part) -> Bundle:
    if chosen.name != HOLDOUT:
        return train(dataset, chosen)
    if not model_folder(folder, summary.trial).exists():
        train_on(dataset, folder, summary)
    bundle = load_trained(folder, summary.trial, dataset)
    count_look(folder, trial=summary.trial, purpose="backtest")
    return bundle


def _write(target: Path, summary: TuningSummary, dataset: Dataset, run: Run) -> BacktestResult:
    target.mkdir(parents=True, exist_ok=True)
    (target / "result.json").unlink(missing_ok=True)
    trades = trades_table(dataset, run)
    result = make_result(
        dataset,
        run,
        study=summary.study,
        trial=summary.trial,
        tuned_digest=_tuned_digest(summary, run.part.name),
        version=psky.__version__,
    )
    write_tables(target, run, trades)
    write_report(target, result, trades)
    write_result(target, result)
    return result


def _tuned_digest(summary: TuningSummary, part_name: str) -> str | None:
    if part_name == HOLDOUT:
        return summary.holdout.digest if summary.holdout else None
    return next((fold.digest for fold in summary.folds if f"fold_{fold.fold}" == part_name), None)


def _folder(study_folder: Path, trial: int, part_name: str) -> Path:
    return study_folder / "backtests" / f"trial_{trial}_{part_name}"


def _view(folder: Path, result: BacktestResult) -> BacktestView:
    rows = read_trades(folder).iter_rows(named=True)
    names = TradeView.__dataclass_fields__
    return BacktestView(
        symbol=result.symbol,
        label=result.label,
        study=result.study,
        trial=result.trial,
        part=result.part,
        digest=result.digest,
        tuned_digest=result.tuned_digest,
        start_ts_us=result.start_ts_us,
        end_ts_us=result.end_ts_us,
        metrics=result.metrics,
        funnel=result.funnel,
        trades=tuple(TradeView(**{name: row[name] for name in names}) for row in rows),
        folder=folder,
    )
