"""Who asks last is heard, and who asks for less is not heard instead."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from psky.errors import LiveError
from psky.live.folder import SessionFolder


def test_asks_are_heard_the_stronger_first(tmp_path: Path) -> None:
    folder = SessionFolder(path=tmp_path)
    for what in ("arm", "stop", "flatten"):
        folder.ask(what)
    assert folder.asked() == ["flatten", "stop", "arm"]


def test_a_kill_is_not_undone_by_an_arm_that_was_asked_for_before(tmp_path: Path) -> None:
    folder = SessionFolder(path=tmp_path)
    folder.ask("arm")
    folder.ask("kill")
    assert folder.asked() == ["kill"]
    folder.answered("kill")
    assert folder.asked() == []


def test_who_only_looks_does_not_keep_a_session_from_starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = SessionFolder(path=tmp_path)
    with ExitStack() as look:
        look.enter_context(folder.held())
        assert folder.is_running
        monkeypatch.setattr(time, "sleep", lambda _seconds: look.close())  # the look is over
        with folder.held():
            pass


def test_a_session_runs_in_one_process(tmp_path: Path) -> None:
    folder = SessionFolder(path=tmp_path)
    assert not folder.is_running
    with folder.held(), pytest.raises(LiveError, match="a process that runs it"), folder.held():
        pass
    assert not folder.is_running
