"""Work for processes that tests start."""

from __future__ import annotations

import os
from pathlib import Path

from psky.tuning.workers import Tickets


def note_each_ticket(path: Path, tickets: Tickets) -> None:
    """Take tickets while there are some, and write a line with this process's id for each."""
    while tickets.take():
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
