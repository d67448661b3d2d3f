"""Processes that share a count of trials."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from psky.errors import JobError
from psky.tuning.workers import team
from tests.commands import until
from tests.workers import find_no_store, note_each_ticket


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


def test_a_worker_that_fails_says_why_in_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    failing = team(2, 1, find_no_store, ())
    with pytest.raises(JobError, match=r"expected 1 workers to end well, found exit codes \[1\]"), failing:
        pass

    assert re.fullmatch(r"worker \d+: expected a store, found none\n", capfd.readouterr().err)
