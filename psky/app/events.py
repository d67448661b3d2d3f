"""What a job reports: JSON lines that any process can read while they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from psky.domain.progress import Progress

Kind = Literal["started", "progress", "warning", "finished", "failed"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a job's `events.jsonl`."""

    kind: Kind
    done: int = 0
    total: int = 0
    unit: str = ""
    text: str = ""


def progress_event(progress: Progress) -> Event:
    """Return the event that reports `progress`."""
    return Event(kind="progress", done=progress.done, total=progress.total, unit=progress.unit, text=progress.text)


class EventFile:
    """Appends events to a file, one JSON object a line, each visible as soon as it is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, event: Event) -> None:
        """Append one event."""
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(event) + b"\n")


def read_events(path: Path) -> list[Event]:
    """Return the events written so far; a line that is still being written is left for the next time."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    return [msgspec.json.decode(line, type=Event) for line in lines[:-1]]
