"""Tune a strategy: run trials, judge the best, write its summary."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from psky.app.census import Census, census, other_trials, shown_the_holdout
from psky.app.data import load_tape
from psky.app.processes import identify
from psky.app.studies import find_study
from psky.app.synth import default_spec
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress
from psky.errors import ModelError, UsageError
from psky.log import logger
from psky.market.tape import MarketTape
from psky.replay.statistics.edge import NOT_FOUND
from psky.spec.codec import replace as replace_values
from psky.spec.spec import Spec
from psky.tuning.locks import working_on
from psky.tuning.looks import count_look, looks
from psky.tuning.records import REASON, WORKER, fold_records
from psky.tuning.samplers import SAMPLERS
from psky.tuning.selection import Candidate, select, winner_of
from psky.tuning.space import DEFAULT_SCOPE, EVERYTHING, Space, default_space, read_space
from psky.tuning.storage import checked_url
from psky.tuning.study import (
    StudyRecord,
    Trial,
    best_of,
    exists,
    feasible,
    make_record,
    pause,
    progress_of,
    read_record,
    read_trials,
    state_word,
)
from psky.tuning.summary import TuningSummary, summarise, summary_path, write_summary
from psky.tuning.tuner import Amount, Place, tune
from psky.tuning.verdict import judged_summary, period_us
from psky.tuning.workers import pid_here

_LOG = logger(__name__)
_SEED = 1
_OTHERS = "not judged yet: another process is still tuning this study, and will"


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneRequest:
    """What to tune, and how much. None means the study's own, or for a new study the default.

    `space` is a file of a search space, `scope` names groups of it, `fixed` values by dotted name that are not tuned;
    no trial begins after `timeout_s`; `storage` is the URL of a database for the trials.
    """

    symbol: str
    study: str
    trials: int
    spec: Spec | None = None
    space: Path | None = None
    scope: tuple[str, ...] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    sampler: str | None = None
    storage: str | None = None
    jobs: int = 1
    timeout_s: float | None = None
    all_summaries: bool = False


class WorkerState(StrEnum):
    """What becomes of a trial that was begun."""

    AT_WORK = "at work"
    """Its process tries it, as far as can be seen: one on another machine cannot."""
    STARTING = "starting"
    """It has been asked for, and its process has not told yet which it is."""
    GONE = "gone"
    """Its process on this machine is no more; the trial will be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTrial:
    """A trial that is being tried, by which process (`host:pid`, None while it starts) and for how long."""

    trial: int
    worker: str | None
    state: WorkerState
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneResult:
    """What came of it: the best trial's summary, where it lies, the candidates, and what was counted.

    `looks` counts how often the study's hold-out was seen; `census` counts over all studies of the tape.
    """

    summary: TuningSummary
    path: Path
    folder: Path
    candidates: tuple[Candidate, ...]
    looks: int
    census: Census

    @property
    def no_edge(self) -> bool:
        """Whether the study was judged and has no edge; what is not judged yet may have one."""
        return self.summary.edge == NOT_FOUND


def run_tuning(
    workspace: Workspace, request: TuneRequest, *, on_progress: OnProgress, stopped: Callable[[], bool]
) -> TuneResult:
    """Run `request.trials` more trials of a study, let selection decide, judge the winner and write its summary.

    Several processes may tune one study; the last to end judges it.

    Raises:
        UsageError: no such symbol or sampler.
        ModelError: no trial could be completed.
        MismatchError: the study was made for another tape, spec, space or seed.
        StoreError: the storage of the trials does not answer.
    """
    load = partial(load_tape, workspace, request.symbol)
    tape, folder = load(), workspace.study_dir(request.symbol, request.study)
    record = study_record(tape, request, read_record(folder) if exists(folder) else None)
    census(workspace, request.symbol, tape.fingerprint)  # a study that cannot be counted is told of before the trials
    place = Place(folder=folder, load=load)
    amount = Amount(trials=request.trials, timeout_s=request.timeout_s, jobs=request.jobs)
    _LOG.info("tuning", symbol=request.symbol, study=request.study, trials=request.trials)
    with working_on(folder) as lock:
        trials = tune(tape, record, place, amount, first=lock.first, on_progress=on_progress, stopped=stopped)
        best = best_of(trials)
        if best is None:
            raise ModelError(_nothing(trials))
        if lock.alone():
            summary, found = _judged(workspace, tape, record, folder, trials, best)
            write_summary(folder, summary)
            _write_others(folder, record, trials, found, everything=request.all_summaries)
        else:
            summary, found = replace(summarise(record, best, len(trials)), reasons=[_OTHERS]), []
    _LOG.info("tuned", study=request.study, trial=summary.trial, score=summary.score, edge=summary.edge)
    return TuneResult(
        summary=summary,
        path=summary_path(folder, summary.trial),
        folder=folder,
        candidates=tuple(found),
        looks=looks(folder),
        census=census(workspace, request.symbol, tape.fingerprint),
    )


def left_to_run(workspace: Workspace, symbol: str, study: str) -> int:
    """Return how many trials are left of those that were last asked for.

    Raises:
        UsageError: there is no such study, or nothing is left.
    """
    left = trials_left(workspace, symbol, study)
    if left == 0:
        more = f"psky tune run {symbol} --study {study} --trials 20"
        raise UsageError(f"expected trials left to run in study {study!r}, found none; run more: {more}")
    return left


def trials_left(workspace: Workspace, symbol: str, study: str) -> int:
    """Return how many trials are left of those that were last asked for, 0 where all have run.

    Raises:
        UsageError: there is no such study.
    """
    return progress_of(find_study(workspace, symbol, study)).left


def pause_study(workspace: Workspace, symbol: str, study: str) -> None:
    """Ask every process that tunes a study to stop after its trial.

    Raises:
        UsageError: there is no such study.
    """
    pause(find_study(workspace, symbol, study))


def running_trials(workspace: Workspace, symbol: str, study: str) -> list[RunningTrial]:
    """Return the trials of a study that were begun and have not ended, with what their processes do.

    Raises:
        UsageError: there is no such study.
    """
    trials = read_trials(find_study(workspace, symbol, study))
    return [_running(trial) for trial in trials if state_word(trial) == "running"]


def _running(trial: Trial) -> RunningTrial:
    since = trial.datetime_start
    worker: str | None = trial.user_attrs.get(WORKER)
    return RunningTrial(
        trial=trial.number,
        worker=worker,
        state=_worker_state(worker),
        since_s=0.0 if since is None else max(0.0, (datetime.now() - since).total_seconds()),  # noqa: DTZ005 - Optuna's
    )


def _worker_state(worker: str | None) -> WorkerState:
    if worker is None:
        return WorkerState.STARTING
    pid = pid_here(worker)
    if pid is None:
        return WorkerState.AT_WORK
    process = identify(pid)
    return WorkerState.AT_WORK if process is not None and process.alive else WorkerState.GONE


def new_study_name(workspace: Workspace, symbol: str, stem: str) -> str:
    """Return the first of `stem`, `stem-2`, `stem-3`, ... that names no study of the symbol yet."""
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    return next(name for name in names if not workspace.study_dir(symbol, name).exists())


def study_record(tape: MarketTape, request: TuneRequest, known: StudyRecord | None) -> StudyRecord:
    """Return what the study is made for: what was asked for, else what it was made for, else the defaults."""
    base = request.spec or (known.base if known else default_spec(tape.instrument))
    base = replace_values(base, dict(request.fixed))
    asked = request.space or request.scope or request.fixed
    space = known.space if known and not asked else _space(request)
    return make_record(
        tape,
        base,
        request.study,
        space=space,
        period_us=period_us(tape, base),
        seed=(known.seed if known else _SEED) if request.seed is None else request.seed,
        sampler=_sampler(request.sampler) or (known.sampler if known else "tpe"),
        storage=checked_url(request.storage) if request.storage else (known.storage if known else None),
    )


def _sampler(name: str | None) -> str | None:
    if name is not None and name not in SAMPLERS:
        raise UsageError(f"expected a sampler among {', '.join(SAMPLERS)}, found {name!r}")
    return name


def _space(request: TuneRequest) -> Space:
    scope = request.scope or (DEFAULT_SCOPE if request.space is None else (EVERYTHING,))
    space = default_space() if request.space is None else read_space(request.space)
    return space.scoped(scope).without(request.fixed)


def _judged(
    workspace: Workspace, tape: MarketTape, record: StudyRecord, folder: Path, trials: list[Trial], best: Trial
) -> tuple[TuningSummary, list[Candidate]]:
    """Return the summary of the winner, or of the best trial where there is none, and the candidates."""
    if not feasible(best):
        wanted = record.base.split.min_trades
        reason = f"no trial made {wanted} trades in every fold, so the hold-out was left unseen"
        return replace(summarise(record, best, len(trials)), edge=NOT_FOUND, reasons=[reason]), []
    found = select(tape, record, trials, folder, partial(_count, folder))
    winner = winner_of(found)
    if winner is None:
        reasons = [f"trial {one.trial}: {one.status}, {'; '.join(one.reasons)}" for one in found]
        one = len(found) == 1
        words = "the only candidate did not pass" if one else f"none of {len(found)} candidates passed"
        reasons.insert(0, f"{words} on the hold-out")
        summary = replace(summarise(record, best, len(trials)), edge=NOT_FOUND, reasons=reasons)
    else:
        _count(folder, winner.trial, "verdict")
        chosen = next(trial for trial in trials if trial.number == winner.trial)
        others, looked = other_trials(workspace, record), shown_the_holdout(workspace, record)
        summary = judged_summary(tape, record, chosen, trials, others, looked=looked)
    return _with_candidate(summary, found), found


def _count(folder: Path, trial: int, purpose: str) -> None:
    count_look(folder, trial=trial, purpose=purpose)


def _with_candidate(summary: TuningSummary, found: list[Candidate]) -> TuningSummary:
    own = next((one for one in found if one.trial == summary.trial), None)
    return replace(summary, candidate=own, candidates=len(found))


def _write_others(
    folder: Path, record: StudyRecord, trials: list[Trial], found: list[Candidate], *, everything: bool
) -> None:
    # A summary that is there may hold an earlier winner's verdict.
    shown = {one.trial for one in found}
    for trial in trials:
        wanted = everything or trial.number in shown
        if wanted and fold_records(trial) and not summary_path(folder, trial.number).exists():
            write_summary(folder, _with_candidate(summarise(record, trial, len(trials)), found))


def _nothing(trials: list[Trial]) -> str:
    reasons = [str(trial.user_attrs[REASON]) for trial in trials if REASON in trial.user_attrs]
    last = f"; the last was pruned because: {reasons[-1]}" if reasons else ""
    return f"expected at least one complete trial, found none among {len(trials)}{last}"
