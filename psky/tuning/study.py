"""One study: its trials in a storage, and on disk the record of what it was made for.

A study belongs to one tape, one base spec and one search space; continuing it with another is refused. Several
processes may work on one study; `workers.py` starts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import optuna
from optuna.trial import FrozenTrial, TrialState

import psky
from psky.domain.files import write_json
from psky.errors import MismatchError, StoreError, UsageError
from psky.market.tape import MarketTape
from psky.spec.codec import differences, from_dict, to_dict
from psky.spec.spec import Spec
from psky.tuning.samplers import STARTUP_TRIALS, NumberedSampler
from psky.tuning.space import Space
from psky.tuning.storage import DATABASE, retry, storage

Trial = FrozenTrial
"""A trial as the storage holds it, finished or not."""

_RECORD = "study.json"
_PAUSED, _WANTED = "paused", "wanted"


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a study was made for."""

    study: str
    symbol: str
    synthetic: bool
    tape_fingerprint: str
    spec: dict[str, Any]
    space: Space
    period_us: int
    """Length of the periods whose returns are stored for the statistics."""
    seed: int
    sampler: str
    storage: str | None
    """URL of the database that holds the trials; None is `optuna.db` beside this record."""
    psky_version: str

    @property
    def base(self) -> Spec:
        """The spec that the trials vary."""
        return from_dict(self.spec)

    @property
    def key(self) -> str:
        """The study's name in its storage, which in a database of many symbols must tell them apart."""
        return self.study if self.storage is None else f"{self.symbol}/{self.study}"


def make_record(  # noqa: PLR0913 - a study is made for as much
    tape: MarketTape,
    base: Spec,
    study: str,
    *,
    space: Space,
    period_us: int,
    seed: int,
    sampler: str = "tpe",
    storage: str | None = None,
) -> StudyRecord:
    """Return the record of a new study."""
    return StudyRecord(
        study=study,
        symbol=tape.instrument.symbol,
        synthetic=tape.instrument.synthetic,
        tape_fingerprint=tape.fingerprint,
        spec=to_dict(base),
        space=space,
        period_us=period_us,
        seed=seed,
        sampler=sampler,
        storage=storage,
        psky_version=psky.__version__,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyProgress:
    """How far a study is: trials that ran to their end, those left of what was last asked for, whether it pauses."""

    finished: int
    left: int
    paused: bool


@contextmanager
def open_study(folder: Path, record: StudyRecord) -> Iterator[optuna.Study]:
    """Create the study in `folder`, or continue the one that is there, and let go of its storage in the end.

    Raises:
        MismatchError: the study there was made for another tape, spec, space or version.
        StoreError: the storage does not answer, or the trials that were there are gone.
    """
    made = (folder / _RECORD).exists()
    if made:
        _check(read_record(folder), record)
        _refuse_lost_trials(folder, record)
    folder.mkdir(parents=True, exist_ok=True)
    with storage(folder, record.storage) as opened:
        if not made:  # a storage that does not answer makes no study, which would only be in the way of others
            write_json(folder / _RECORD, record)
        yield optuna.create_study(
            storage=opened,
            study_name=record.key,
            direction="maximize",
            sampler=NumberedSampler(record.sampler, record.seed),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS, n_warmup_steps=0),
            load_if_exists=True,
        )


def retry_orphans(study: optuna.Study) -> None:
    """Mark trials that are running as failed and have them tried again; only where no worker can be alive."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
        retry(study, trial)


def pause(folder: Path) -> None:
    """Ask the workers of a study to stop after the trials that they are at.

    Raises:
        UsageError: there is no study.
    """
    with _existing(folder) as study:
        study.set_user_attr(_PAUSED, True)  # noqa: FBT003 - Optuna's signature


def resume(study: optuna.Study) -> None:
    """Let workers of a study begin trials again."""
    study.set_user_attr(_PAUSED, False)  # noqa: FBT003 - Optuna's signature


def is_paused(study: optuna.Study) -> bool:
    """Return whether somebody has asked this study to pause."""
    return bool(study.user_attrs.get(_PAUSED, False))


def expect(study: optuna.Study, trials: int) -> None:
    """Note how many trials the study is to have finished in the end."""
    study.set_user_attr(_WANTED, trials)


def progress_of(folder: Path) -> StudyProgress:
    """Return how far a study is.

    Raises:
        UsageError: there is no study.
    """
    with _existing(folder) as study:
        done = finished(study)
        left = max(0, int(study.user_attrs.get(_WANTED, 0)) - done)
        return StudyProgress(finished=done, left=left, paused=is_paused(study))


def finished(study: optuna.Study) -> int:
    """Return how many trials ran to their end, complete or pruned; one that failed is tried again."""
    return sum(state_word(trial) in {"complete", "pruned"} for trial in study.get_trials(deepcopy=False))


def exists(folder: Path) -> bool:
    """Return whether `folder` holds a study."""
    if not (folder / _RECORD).exists():
        return False
    return (folder / DATABASE).exists() or read_record(folder).storage is not None


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
    with _existing(folder) as study:
        return study.get_trials(deepcopy=False)


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
def _existing(folder: Path) -> Iterator[optuna.Study]:
    record = read_record(folder)
    with storage(folder, record.storage) as opened:
        try:
            study = optuna.load_study(study_name=record.key, storage=opened)
        except KeyError as error:
            raise StoreError(
                f"expected the trials of {record.key} in the storage of {folder}, found none; it was being made and "
                "can be deleted, or its storage was replaced"
            ) from error
        yield study


def _refuse_lost_trials(folder: Path, record: StudyRecord) -> None:
    # Others of the same numbers would pass for those that were shown the hold-out, and for those with summaries.
    if record.storage is None and not (folder / DATABASE).exists():
        raise StoreError(
            f"expected the trials of study {record.study!r} in {folder / DATABASE}, found no such file; put it back, "
            "or tune under another --study name"
        )


def _check(found: StudyRecord, expected: StudyRecord) -> None:
    names = ("symbol", "tape_fingerprint", "period_us", "seed", "sampler", "storage", "psky_version")
    pairs = {name: (getattr(found, name), getattr(expected, name)) for name in names}
    pairs["search space"] = (found.space.digest, expected.space.digest)
    pairs |= differences(expected.base, found.base)
    differing = {name: (was, now) for name, (was, now) in pairs.items() if was != now}
    if differing:
        was = "; ".join(f"{name}: was {before}, is {now}" for name, (before, now) in differing.items())
        raise MismatchError(f"study {found.study!r} was made for something else ({was}); choose another --study name")
