"""All that was ever tried on a tape: each further trial, and each look at a hold-out, makes the next worth less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psky.app.workspace import Workspace
from psky.tuning.looks import looks
from psky.tuning.study import StudyRecord, Trial, exists, read_record, read_trials


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


def other_trials(workspace: Workspace, record: StudyRecord) -> list[list[Trial]]:
    """Return the trials of the other studies of a study's tape whose returns are of the same periods."""
    return [
        read_trials(folder)
        for folder, other in _studies(workspace, record.symbol)
        if other.study != record.study
        and (other.tape_fingerprint, other.period_us) == (record.tape_fingerprint, record.period_us)
        and other.base.split == record.base.split
    ]


def _studies(workspace: Workspace, symbol: str) -> Iterator[tuple[Path, StudyRecord]]:
    for folder in sorted(workspace.studies_dir(symbol).glob("[!.]*")):
        if exists(folder):
            yield folder, read_record(folder)
