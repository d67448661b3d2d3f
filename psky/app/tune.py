"""Tune a strategy: run trials, judge the best, write its summary."""

from __future__ import annotations

import fcntl
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from psky.app.data import load_tape
from psky.app.synth import DEMO_SPEC
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress
from psky.errors import ModelError, StoreLocked
from psky.log import logger
from psky.market.tape import MarketTape
from psky.replay.statistics.edge import NOT_FOUND
from psky.spec.spec import Spec
from psky.tuning.looks import count_look, looks
from psky.tuning.records import REASON, fold_records
from psky.tuning.study import StudyRecord, Trial, best_of, exists, feasible, make_record, read_record
from psky.tuning.summary import TuningSummary, summarise, summary_path, write_summary
from psky.tuning.tuner import tune
from psky.tuning.verdict import judged_summary, period_us

_LOG = logger(__name__)
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneRequest:
    """What to tune. `spec` and `seed` None mean the study's own, or for a new study the defaults and 1."""

    symbol: str
    study: str
    trials: int
    spec: Spec | None = None
    seed: int | None = None
    all_summaries: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneResult:
    """What came of it: the winner's summary, where it lies, and how often the hold-out has been seen."""

    summary: TuningSummary
    path: Path
    folder: Path
    looks: int


def run_tuning(
    workspace: Workspace, request: TuneRequest, *, on_progress: OnProgress, stopped: Callable[[], bool]
) -> TuneResult:
    """Run `request.trials` more trials of a study, judge the best and write its summary.

    Raises:
        UsageError: no such symbol.
        ModelError: no trial could be completed.
        MismatchError: the study was made for another tape, spec or seed.
        StoreLocked: another process is tuning this study.
    """
    tape = load_tape(workspace, request.symbol)
    folder = workspace.study_dir(request.symbol, request.study)
    known = read_record(folder) if exists(folder) else None
    base = request.spec or (known.base if known else default_spec(tape))
    own_seed = known.seed if known else _SEED
    seed = own_seed if request.seed is None else request.seed
    record = make_record(tape, base, request.study, period_us=period_us(tape, base), seed=seed)
    with _alone(folder):
        _LOG.info("tuning", symbol=request.symbol, study=request.study, trials=request.trials)
        trials = tune(tape, record, folder, trials=request.trials, on_progress=on_progress, stopped=stopped)
        winner = best_of(trials)
        if winner is None:
            raise ModelError(_nothing(trials))
        summary = _summarise_winner(folder, tape, record, winner, trials)
        path = write_summary(folder, summary)
        if request.all_summaries:
            _write_others(folder, record, winner, trials)
    _LOG.info("tuned", study=request.study, trial=summary.trial, score=summary.score, edge=summary.edge)
    return TuneResult(summary=summary, path=path, folder=folder, looks=looks(folder))


def default_spec(tape: MarketTape) -> Spec:
    """Return what the trials of a new study vary where no spec is named."""
    return DEMO_SPEC if tape.instrument.synthetic else Spec()


def new_study_name(workspace: Workspace, symbol: str, stem: str) -> str:
    """Return the first of `stem`, `stem-2`, `stem-3`, ... that names no study of the symbol yet."""
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    return next(name for name in names if not workspace.study_dir(symbol, name).exists())


def _summarise_winner(
    folder: Path, tape: MarketTape, record: StudyRecord, winner: Trial, trials: list[Trial]
) -> TuningSummary:
    if not feasible(winner):
        wanted = record.base.split.min_trades
        reason = f"no trial made {wanted} trades in every fold, so the hold-out was left unseen"
        return replace(summarise(record, winner, len(trials)), edge=NOT_FOUND, reasons=[reason])
    count_look(folder, trial=winner.number, purpose="tune")
    return judged_summary(tape, record, winner, trials)


def _write_others(folder: Path, record: StudyRecord, winner: Trial, trials: list[Trial]) -> None:
    # A summary that is there may hold an earlier winner's look at the hold-out.
    for trial in trials:
        known = trial.number == winner.number or summary_path(folder, trial.number).exists()
        if fold_records(trial) and not known:
            write_summary(folder, summarise(record, trial, len(trials)))


def _nothing(trials: list[Trial]) -> str:
    reasons = [str(trial.user_attrs[REASON]) for trial in trials if REASON in trial.user_attrs]
    last = f"; the last was pruned because: {reasons[-1]}" if reasons else ""
    return f"expected at least one complete trial, found none among {len(trials)}{last}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the study's lock, which the system lets go of when the process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLocked(f"study {folder.name!r} is being tuned by another process; wait for it") from error
        yield
