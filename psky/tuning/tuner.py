"""The tuning loop: ask, try, tell, until enough trials are done or somebody says stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial, TrialState

from psky.domain.progress import OnProgress, Progress
from psky.market.tape import MarketTape
from psky.tuning.objective import objective
from psky.tuning.space import defaults
from psky.tuning.study import StudyRecord, best_of, open_study, sampler


def tune(
    tape: MarketTape,
    record: StudyRecord,
    folder: Path,
    *,
    trials: int,
    on_progress: OnProgress,
    stopped: Callable[[], bool],
) -> list[FrozenTrial]:
    """Run `trials` more trials of a study and return all that it has.

    `stopped` is asked before each trial. The first trial of a study is its base spec.

    Raises:
        MismatchError: the study in `folder` was made for something else.
        SpecError: the base spec lies outside the search space.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    first, score = defaults(record.base), objective(tape, record.base, record.period_us)
    with open_study(folder, record) as study:
        if not study.trials:
            study.enqueue_trial(first)
        for done in range(trials):
            on_progress(_progress(study, done, trials))
            if stopped():
                break
            _one_trial(study, record.seed, score)
        else:
            on_progress(_progress(study, trials, trials))
        return study.get_trials(deepcopy=False)


def _one_trial(study: optuna.Study, seed: int, score: Callable[[optuna.Trial], float]) -> None:
    study.sampler = sampler(seed, len(study.get_trials(deepcopy=False)))
    trial = study.ask()
    try:
        study.tell(trial, score(trial))
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)


def _progress(study: optuna.Study, done: int, total: int) -> Progress:
    best = best_of(study.get_trials(deepcopy=False))
    text = "no trial is complete yet" if best is None else f"best {best.value:+.3f} R/day (trial {best.number})"
    return Progress(done=done, total=total, unit="trials", text=text)
