"""All that was ever tried on a tape: each further trial, and each look at a hold-out, makes the next worth less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psky.app.workspace import Workspace
from psky.tuning.looks import looks
from psky.tuning.records import Tried
from psky.tuning.selection import read_candidates
from psky.tuning.study import StudyRecord, exists, read_record, read_trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Counts over all studies of one tape: studies, trials, and looks at their hold-outs."""

    studies: int
    trials: int
    looks: int


def census(workspace: Workspace, symbol: str, tape_fingerprint: str) -> Census:
    """Return what was tried on a tape.

    Raises:
        MismatchError: the record of a study is not one that this version writes.
        StoreError: a storage of trials does not answer.
    """
    folders = [folder for folder, record in _studies(workspace, symbol) if record.tape_fingerprint == tape_fingerprint]
    return Census(
        studies=len(folders),
        trials=sum(len(read_trials(folder)) for folder in folders),
        looks=sum(looks(folder) for folder in folders),
    )


def other_trials(workspace: Workspace, record: StudyRecord) -> list[Tried]:
    """Return the trials of the other studies of a study's tape, however they divided it."""
    return [
        Tried(trials=read_trials(folder), period_us=other.period_us)
        for folder, other in _studies(workspace, record.symbol)
        if other.study != record.study and other.tape_fingerprint == record.tape_fingerprint
    ]


def shown_the_holdout(workspace: Workspace, record: StudyRecord) -> int:
    """Return how many candidates of all studies of a study's tape were shown its hold-out: each was a chance at it."""
    return sum(
        len(read_candidates(folder))
        for folder, other in _studies(workspace, record.symbol)
        if other.tape_fingerprint == record.tape_fingerprint
    )


def _studies(workspace: Workspace, symbol: str) -> Iterator[tuple[Path, StudyRecord]]:
    for folder in sorted(workspace.studies_dir(symbol).glob("[!.]*")):
        if exists(folder):
            yield folder, read_record(folder)
