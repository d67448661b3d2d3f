"""The tuning loop: ask, try, tell, until enough trials are done or somebody says stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial

from psky.domain.progress import OnProgress, Progress
from psky.market.tape import MarketTape
from psky.tuning.locks import working_on
from psky.tuning.objective import objective
from psky.tuning.space import defaults
from psky.tuning.study import (
    StudyRecord,
    best_of,
    expect,
    finished,
    is_paused,
    open_study,
    resume,
    retry_orphans,
)
from psky.tuning.workers import Tickets, team

Score = Callable[[optuna.Trial], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much to run: that many more trials, until that long has passed, in so many processes."""

    trials: int
    timeout_s: float | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a study is, and how another process gets at its tape: `load` must be picklable."""

    folder: Path
    load: Callable[[], MarketTape]


def tune(
    tape: MarketTape,
    record: StudyRecord,
    place: Place,
    amount: Amount,
    *,
    first: bool,
    on_progress: OnProgress,
    stopped: Callable[[], bool],
) -> list[FrozenTrial]:
    """Run more trials of a study and return all that it has.

    `first` says that no other process works on the study: trials that a killed one was at are then tried again at once,
    otherwise when their heartbeat has been silent. `stopped` is asked before each trial. The first trial of a study is
    its base spec.

    Raises:
        MismatchError: the study was made for something else.
        SpecError: the base spec lies outside the search space.
        JobError: a worker failed.
    """
    base = defaults(record.space, record.base)
    with _open(record, place) as study:
        if first and record.storage is None:
            retry_orphans(study)
        if not study.get_trials(deepcopy=False):
            study.enqueue_trial(base, skip_if_exists=True)
        resume(study)
        before, end_s = finished(study), _end_s(amount)
        expect(study, before + amount.trials)
        score = objective(tape, record)
        with team(amount.jobs, amount.trials, work, (record, place)) as tickets:
            on_progress(_progress(study, 0, amount.trials))
            while not (stopped() or time.monotonic() >= end_s) and _one_trial(study, score, tickets):
                done = min(finished(study) - before, amount.trials)
                on_progress(_progress(study, done, amount.trials))
        if amount.jobs > 1:
            on_progress(_progress(study, min(finished(study) - before, amount.trials), amount.trials))
        return study.get_trials(deepcopy=False)


def work(record: StudyRecord, place: Place, tickets: Tickets) -> None:
    """Run trials of a study while there are tickets: what every process but the first does."""
    with working_on(place.folder), _open(record, place) as study:
        score = objective(place.load(), record)
        while _one_trial(study, score, tickets):
            pass


@contextmanager
def _open(record: StudyRecord, place: Place) -> Iterator[optuna.Study]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with open_study(place.folder, record) as study:
        yield study


def _end_s(amount: Amount) -> float:
    return math.inf if amount.timeout_s is None else time.monotonic() + amount.timeout_s


def _one_trial(study: optuna.Study, score: Score, tickets: Tickets) -> bool:
    """Run one more trial and return True, unless the study is paused or none is left."""
    if is_paused(study) or not tickets.take():
        return False
    study.optimize(score, n_trials=1)
    return True


def _progress(study: optuna.Study, done: int, total: int) -> Progress:
    best = best_of(study.get_trials(deepcopy=False))
    text = "no trial is complete yet" if best is None else f"best {best.value:+.3f} R/day (trial {best.number})"
    return Progress(done=done, total=total, unit="trials", text=text)
