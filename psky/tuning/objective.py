"""One trial: a spec, walked forward fold by fold, scored, and pruned where it cannot win."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import optuna

from psky.errors import DataError, ModelError
from psky.learn.splits import LeakReport
from psky.learn.weights import average_uniqueness, effective_rows
from psky.market.features import ReadyBars
from psky.market.tape import MarketTape
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import Part, folds, leak_reports
from psky.replay.run import Run, replay_part, returns_of, train
from psky.spec.spec import Spec
from psky.tuning.records import FOLDS, REASON, SPEC, WORKER, FoldRecord
from psky.tuning.score import FoldResult, fold_score, trial_score
from psky.tuning.space import suggest
from psky.tuning.study import StudyRecord
from psky.tuning.workers import this_worker


def objective(tape: MarketTape, record: StudyRecord) -> Callable[[optuna.Trial], float]:
    """Return the function that Optuna maximises."""
    bars = ReadyBars(tape)

    def score(trial: optuna.Trial) -> float:
        trial.set_user_attr(WORKER, this_worker())
        spec = suggest(trial, record.space, record.base)
        trial.set_user_attr(SPEC, spec.fingerprint)
        try:
            return _walk_forward(trial, build_dataset(tape, spec, bars), record.period_us)
        except (DataError, ModelError) as error:
            trial.set_user_attr(REASON, str(error))
            _constrain(trial, spec, [])
            raise optuna.TrialPruned from error

    return score


def _walk_forward(trial: optuna.Trial, dataset: Dataset, period_us: int) -> float:
    records: list[FoldRecord] = []
    results: list[FoldResult] = []
    leaks = leak_reports(dataset)
    parts = folds(dataset)
    for number, fold in enumerate(parts, start=1):
        run = replay_part(dataset, fold, train(dataset, fold))
        results.append(_result(dataset, fold, run))
        returns_r = returns_of(dataset, run, period_us)
        records.append(_record(number, run, results[-1], leaks[fold.name], returns_r.tolist()))
        trial.set_user_attr(FOLDS, msgspec.to_builtins(records))
        trial.report(fold_score(results[-1]), step=number)
        if number < len(parts) and trial.should_prune():  # past the last fold there is nothing left to save
            trial.set_user_attr(REASON, f"below the median of earlier trials after fold {number}")
            _constrain(trial, dataset.spec, records)
            raise optuna.TrialPruned
    _constrain(trial, dataset.spec, records)
    return trial_score(results)


def _constrain(trial: optuna.Trial, spec: Spec, records: list[FoldRecord]) -> None:
    """Note how many trades the poorest fold lacks; a trial that says nothing passes for feasible with the sampler."""
    fewest = min((record.trades for record in records), default=0)
    trial.set_constraint("trades", spec.split.min_trades - fewest)


def _result(dataset: Dataset, fold: Part, run: Run) -> FoldResult:
    return FoldResult(
        net_r_per_day=run.metrics.net_r_per_day,
        max_drawdown_r=run.metrics.max_drawdown_r,
        days=fold.days,
        coverage=run.coverage,
        weight=effective_rows(average_uniqueness(dataset.t0[fold.test], dataset.t1[fold.test])),
    )


def _record(number: int, run: Run, result: FoldResult, leaks: LeakReport, returns_r: list[float]) -> FoldRecord:
    return FoldRecord(
        fold=number,
        score=fold_score(result),
        weight=result.weight,
        touches=len(run.part.test),
        entered=int(run.verdicts.enter.sum()),
        trades=run.metrics.trades,
        net_r=run.metrics.net_r,
        net_r_per_day=run.metrics.net_r_per_day,
        days=result.days,
        win_rate=run.metrics.win_rate,
        max_drawdown_r=run.metrics.max_drawdown_r,
        coverage=result.coverage,
        digest=run.ledger.digest,
        leaks=leaks,
        returns_r=returns_r,
    )
