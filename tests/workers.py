"""Processes that work on a study, and what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from psky.errors import StoreError
from psky.tuning.records import WORKER
from psky.tuning.storage import storage
from psky.tuning.workers import Tickets


def note_each_ticket(path: Path, tickets: Tickets) -> None:
    """Take tickets while there are some, and write a line with this process's id for each."""
    while tickets.take():
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")


def begin_trials(folder: Path, workers: list[str | None]) -> None:
    """Begin a trial for each of some workers, of which None has not told its name."""
    with storage(folder, None) as opened:
        study = opened.get_study_id_from_name(folder.name)
        for worker in workers:
            trial = opened.create_new_trial(study)
            if worker is not None:
                opened.set_trial_user_attr(trial, WORKER, worker)


def killed_process() -> int:
    """Return the id that a process had which was killed."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        process.kill()
    return process.pid


def find_no_store(_: Tickets) -> None:
    """Fail as psky does on purpose."""
    raise StoreError("expected a store, found none")
