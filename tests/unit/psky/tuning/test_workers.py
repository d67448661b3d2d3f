"""Processes that share a count of trials."""

from __future__ import annotations

import os
from pathlib import Path

from psky.tuning.workers import team
from tests.commands import until
from tests.workers import note_each_ticket


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_others_work_while_the_caller_does_something_else(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with team(2, 3, note_each_ticket, (notes,)) as tickets:
        until(lambda: len(lines(notes)) == 3, "three tickets to be taken")
        assert not tickets.take()

    assert len(set(lines(notes))) == 1
    assert str(os.getpid()) not in lines(notes)


def test_each_ticket_is_taken_once(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with team(3, 50, note_each_ticket, (notes,)) as tickets:
        note_each_ticket(notes, tickets)

    assert len(lines(notes)) == 50


def test_nobody_begins_after_stop(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with team(2, 1_000_000, note_each_ticket, (notes,)) as tickets:
        tickets.stop()
        assert not tickets.take()

    assert len(lines(notes)) < 1_000_000
