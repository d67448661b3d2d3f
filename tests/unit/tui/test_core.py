from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from psky.app import jobs
from psky.app.processes import Process
from psky.app.workspace import Workspace
from tests.tui.drive import KEY
from tui.core import AppCore


def test_explicit_folders_are_part_of_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def start(workspace: Workspace, command: Sequence[str]) -> jobs.Job:
        assert workspace.model_dir == Path("m")
        started.append(list(command))
        return jobs.Job(
            id="1",
            folder=Path(),
            process=Process(pid=1, start_ticks=1, boot_id="b"),
            command=tuple(command),
            cwd=Path(),
            started_us=0,
        )

    monkeypatch.setattr(jobs, "start", start)
    core = AppCore(Workspace(data_dir=Path("my data"), model_dir=Path("m")))
    assert core.command_line(["demo"]) == "psky demo --data-dir 'my data' --model-dir m"
    core.start(KEY)
    assert started == [[*KEY.command, "--data-dir", "my data", "--model-dir", "m"]]


def test_without_explicit_folders_a_command_is_bare() -> None:
    assert AppCore(Workspace()).command_line(["demo"]) == "psky demo"
