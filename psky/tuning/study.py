"""One study on disk: an Optuna SQLite file beside the record of what it was made for.

A study belongs to one tape, one base spec and one search space; continuing it with another is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import optuna
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState

import psky
from psky.errors import MismatchError, UsageError
from psky.market.tape import MarketTape
from psky.spec.codec import differences, from_dict, to_dict
from psky.spec.spec import Spec
from psky.tuning.space import space_digest

Trial = FrozenTrial
"""A trial as the storage holds it, finished or not."""

_FILE = "optuna.db"
_RECORD = "study.json"
_STARTUP_TRIALS = 8


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a study was made for."""

    study: str
    symbol: str
    synthetic: bool
    tape_fingerprint: str
    spec: dict[str, Any]
    space_digest: str
    period_us: int
    """Length of the periods whose returns are stored for the statistics."""
    seed: int
    psky_version: str

    @property
    def base(self) -> Spec:
        """The spec that the trials vary."""
        return from_dict(self.spec)


def make_record(tape: MarketTape, base: Spec, study: str, *, period_us: int, seed: int) -> StudyRecord:
    """Return the record of a new study."""
    return StudyRecord(
        study=study,
        symbol=tape.instrument.symbol,
        synthetic=tape.instrument.synthetic,
        tape_fingerprint=tape.fingerprint,
        spec=to_dict(base),
        space_digest=space_digest(),
        period_us=period_us,
        seed=seed,
        psky_version=psky.__version__,
    )


@contextmanager
def open_study(folder: Path, record: StudyRecord) -> Iterator[optuna.Study]:
    """Create the study in `folder`, or continue the one that is there, and let go of its storage in the end.

    Trials that a killed process left running are marked as failed.

    Raises:
        MismatchError: the study there was made for another tape, spec, space or version.
    """
    if (folder / _RECORD).exists():
        _check(read_record(folder), record)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2))
    with _storage(folder) as storage:
        study = optuna.create_study(
            storage=storage,
            study_name=record.study,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_STARTUP_TRIALS, n_warmup_steps=0),
            load_if_exists=True,
        )
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)
        yield study


def sampler(seed: int, trial_number: int) -> optuna.samplers.TPESampler:
    """Return the sampler of one trial; seeded by its number, so that a resumed study samples as one never stopped."""
    return optuna.samplers.TPESampler(n_startup_trials=_STARTUP_TRIALS, seed=seed + 7919 * trial_number)


def exists(folder: Path) -> bool:
    """Return whether `folder` holds a study."""
    return (folder / _RECORD).exists() and (folder / _FILE).exists()


def read_record(folder: Path) -> StudyRecord:
    """Return the record of the study in `folder`.

    Raises:
        UsageError: there is none.
        MismatchError: the record is not one that this version writes.
    """
    path = folder / _RECORD
    if not path.exists():
        raise UsageError(f"expected a study in {folder}, found none; run: psky tune run")
    try:
        return msgspec.json.decode(path.read_bytes(), type=StudyRecord)
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected the record of a study, found: {error}") from error


def read_trials(folder: Path) -> list[FrozenTrial]:
    """Return all trials of the study in `folder`, in order of their numbers.

    Raises:
        UsageError: there is no study.
    """
    record = read_record(folder)
    with _storage(folder) as storage:
        return optuna.load_study(study_name=record.study, storage=storage).get_trials(deepcopy=False)


def feasible(trial: FrozenTrial) -> bool:
    """Return whether a finished trial met its constraints."""
    return trial.state == TrialState.COMPLETE and all(value <= 0 for value in trial.constraints.values())


def best_of(trials: list[FrozenTrial]) -> FrozenTrial | None:
    """Return the best feasible trial, else the best complete one, else None."""
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE and trial.value is not None]
    return max(complete, key=lambda trial: (feasible(trial), trial.value, -trial.number), default=None)


def state_word(trial: Trial) -> str:
    """Return `complete`, `pruned`, `failed`, `running` or `waiting`."""
    return "failed" if trial.state == TrialState.FAIL else trial.state.name.lower()


@contextmanager
def _storage(folder: Path) -> Iterator[RDBStorage]:
    storage = RDBStorage(f"sqlite:///{(folder / _FILE).resolve()}", engine_kwargs={"connect_args": {"timeout": 60}})
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _check(found: StudyRecord, expected: StudyRecord) -> None:
    names = ("symbol", "tape_fingerprint", "space_digest", "period_us", "seed")
    pairs = {name: (getattr(found, name), getattr(expected, name)) for name in names}
    pairs |= differences(expected.base, found.base)
    differing = {name: (was, now) for name, (was, now) in pairs.items() if was != now}
    if differing:
        was = "; ".join(f"{name}: was {before}, is {now}" for name, (before, now) in differing.items())
        raise MismatchError(f"study {found.study!r} was made for something else ({was}); choose another --study name")
