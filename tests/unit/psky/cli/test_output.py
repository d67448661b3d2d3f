"""What commands print of their progress where there is no terminal."""

from __future__ import annotations

import pytest

from psky.cli.output import progress
from psky.domain.progress import Progress, stages


def test_progress_is_a_line_at_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("tune X", None) as on_progress:
        for done in range(0, 41, 2):
            on_progress(Progress(done=done, total=40, unit="trials", text="best"))
    lines = capsys.readouterr().err.splitlines()

    assert len(lines) == 11
    assert lines[0] == "tune X: 0/40 trials best"


def test_stages_are_a_line_each_without_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("live X", None) as on_progress:
        say = stages(("checking", "trading"), on_progress)
        for stage in (0, 1, 1):
            say(stage)

    assert capsys.readouterr().err.splitlines() == ["live X: checking", "live X: trading"]
