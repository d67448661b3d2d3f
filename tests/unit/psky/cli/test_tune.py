from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from psky.cli.exit_codes import ExitCode
from tests import house
from tests.workers import begin_trials, killed_process


def test_workers_are_told_from_those_that_are_gone(own_tuned: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    mine, dead = (f"{socket.gethostname()}:{pid}" for pid in (os.getpid(), killed_process()))
    begin_trials(house.workspace(own_tuned).study_dir(house.SYMBOL, "first"), [mine, dead, None])
    shown = psky("tune", "workers", house.SYMBOL, "--study", "first", cwd=own_tuned)
    told = psky("tune", "workers", house.SYMBOL, "--study", "first", "--json", cwd=own_tuned)

    words = [line.split() for line in shown.out.splitlines()]
    rows = [row[:-1] for row in words if row[:1] in (["4"], ["5"], ["6"])]
    assert rows == [["4", mine, "at", "work"], ["5", dead, "gone"], ["6", "–", "starting"]]  # noqa: RUF001 - a dash
    assert [one["state"] for one in json.loads(told.out)["workers"]] == ["at work", "gone", "starting"]


@pytest.mark.parametrize("length", ["banana", "", "8", "1.5h", "0h"])
@pytest.mark.parametrize(
    ("option", "command"), [("--timeout", ("tune", "run", house.SYMBOL)), ("--older-than", ("jobs", "prune"))]
)
def test_a_length_of_time_that_is_none_is_refused_by_the_options_name(
    stocked: Path,
    psky: Any,  # noqa: ANN401 - as above
    length: str,
    option: str,
    command: tuple[str, ...],
) -> None:
    ended = psky(*command, "--dry-run", option, length, cwd=stocked)
    words = f"expected a whole number and its unit (s, m, h or d), as in 90m, 8h or 7d, found {length!r}"

    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert f"'{option}': {words}" in " ".join(ended.err.split())


def test_one_trial_is_no_plural(stocked: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    ended = psky("tune", "run", house.SYMBOL, "--study", "new", "--trials", "1", "--dry-run", cwd=stocked)

    assert "would run 1 trial of the new study new" in ended.out + ended.err
