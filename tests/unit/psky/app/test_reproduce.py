"""A trial comes out of its summary alone as it was tuned, or says what has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky.app.reproduce import Reproduction, reproduce
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.errors import MismatchError, UsageError
from psky.tuning.looks import looks
from psky.tuning.selection import read_candidates, winner_of
from psky.tuning.summary import summary_path
from tests import house


@pytest.fixture
def where(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


@pytest.fixture
def judged(where: Workspace) -> Path:
    folder = where.study_dir(house.SYMBOL, "first")
    winner = winner_of(read_candidates(folder))
    assert winner is not None
    return summary_path(folder, winner.trial)


def again(where: Workspace, path: Path) -> Reproduction:
    return reproduce(where, path, on_progress=ignore_progress)


def edit(path: Path, **changes: Any) -> None:  # noqa: ANN401 - parameters of several types
    path.write_bytes(msgspec.json.encode({**msgspec.json.decode(path.read_bytes()), **changes}))


def test_every_part_comes_out_the_same_from_the_summary_alone(where: Workspace, judged: Path, tmp_path: Path) -> None:
    alone = tmp_path / judged.name
    alone.write_bytes(judged.read_bytes())
    found = again(where, alone)

    assert found.equal
    assert [one.part for one in found.parts] == ["fold_1", "fold_2", "holdout"]


def test_the_look_at_the_holdout_is_counted(where: Workspace, judged: Path) -> None:
    before = looks(judged.parent)
    again(where, judged)

    assert looks(judged.parent) == before + 1


def test_another_digest_is_named(where: Workspace, judged: Path) -> None:
    folds = msgspec.json.decode(judged.read_bytes())["folds"]
    folds[1]["digest"] = "0" * 64
    edit(judged, folds=folds)

    assert [one.equal for one in again(where, judged).parts] == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"psky_version": "0.0.1"}, "expected psky 0.0.1, which tuned the trial"),
        ({"schema_digest": "0" * 16}, "expected features of schema 0000000000000000"),
        ({"tape_fingerprint": "other"}, "expected the tape that the study was tuned on"),
        ({"spec": {}}, "it was edited"),
    ],
    ids=["version", "schema", "tape", "spec"],
)
def test_what_changed_is_named(where: Workspace, judged: Path, changes: dict[str, Any], message: str) -> None:
    edit(judged, **changes)

    with pytest.raises(MismatchError, match=message):
        again(where, judged)


def test_a_file_that_is_not_there_is_said_to_be_missing(where: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found no file"):
        again(where, tmp_path / "tuning_summary_1.json")
