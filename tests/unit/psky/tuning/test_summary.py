"""A summary's statistics are typed, and its file is the one that earlier versions wrote and read."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky.errors import MismatchError
from psky.replay.statistics.edge import EdgeVerdict, judge
from psky.tuning.summary import load_summary, read_summary, write_summary
from tests import house

RETURNS = [[0.1 * (row % 3), 0.2 * (row % 2)] for row in range(40)]
VERDICT = judge(RETURNS, 1, [0.1, -0.1] * 10, [0.5, -0.2] * 10, [0.4, -0.3] * 10, looked=2)


def written(root: Path, verdict: EdgeVerdict | None) -> Path:
    """Return the file of a summary with a verdict, or without one."""
    folder = house.workspace(root).study_dir(house.SYMBOL, "first")
    return write_summary(folder, msgspec.structs.replace(read_summary(folder, 0), statistics=verdict))


def statistics_in(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_bytes())["statistics"]


def rewrite(path: Path, statistics: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"statistics": statistics}))


def test_every_figure_of_a_verdict_is_written_under_its_name_and_read_again(own_tuned: Path) -> None:
    path = written(own_tuned, VERDICT)

    assert statistics_in(path) == dataclasses.asdict(VERDICT) | {"reasons": list(VERDICT.reasons)}
    assert load_summary(path).statistics == VERDICT


def test_without_a_verdict_the_file_holds_an_empty_object(own_tuned: Path) -> None:
    path = written(own_tuned, None)

    assert statistics_in(path) == {}
    assert load_summary(path).statistics is None


def test_a_record_that_no_length_would_do_for_is_written_as_none(own_tuned: Path) -> None:
    path = written(own_tuned, dataclasses.replace(VERDICT, min_track_record=float("inf")))

    assert statistics_in(path)["min_track_record"] is None
    assert load_summary(path).statistics == dataclasses.replace(VERDICT, min_track_record=None)


def test_the_file_of_an_earlier_version_is_read(own_tuned: Path) -> None:
    path = written(own_tuned, VERDICT)
    later = ("distinct_trials", "pbo_slope", "pbo_loss_share", "looked")
    rewrite(path, {name: value for name, value in statistics_in(path).items() if name not in later})

    assert load_summary(path).statistics == dataclasses.replace(
        VERDICT, distinct_trials=None, pbo_slope=None, pbo_loss_share=None, looked=None
    )


@pytest.mark.parametrize("damaged", [{"found": "perhaps"}, [1], {"trials": 3}])
def test_statistics_that_are_none_are_refused(own_tuned: Path, damaged: object) -> None:
    path = written(own_tuned, VERDICT)
    rewrite(path, damaged)

    with pytest.raises(MismatchError, match="expected a tuning summary, found"):
        load_summary(path)


def test_a_file_that_holds_no_object_is_refused(own_tuned: Path) -> None:
    path = written(own_tuned, None)
    path.write_text("[]")

    with pytest.raises(MismatchError, match="expected a tuning summary, found"):
        load_summary(path)
