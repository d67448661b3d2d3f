from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

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
