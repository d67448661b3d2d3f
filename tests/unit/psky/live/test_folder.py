"""Who asks last is heard, and who asks for less is not heard instead."""

from __future__ import annotations

from pathlib import Path

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
