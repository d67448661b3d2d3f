"""A few runs of the chaos: `make chaos` makes 200, and 20 on paper accounts."""

from __future__ import annotations

import pytest

from benches.chaos.__main__ import main


@pytest.mark.slow
def test_killed_sessions_double_and_lose_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", "4"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "4 runs: doubled 0, naked 0, unbalanced 0, lost 0"


@pytest.mark.slow
def test_killed_paper_sessions_double_and_lose_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--paper", "--runs", "3"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "3 runs: doubled 0, naked 0, unbalanced 0, lost 0"
