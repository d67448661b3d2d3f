"""What a job reports: JSON lines that any process can read while they are written."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from psky.domain.meter import Meter
from psky.domain.progress import OnProgress, Progress
from psky.errors import JobError

Kind = Literal["started", "progress", "metric", "warning", "finished", "failed"]
INTERRUPTED = "Interrupted"
"""The `error` of a job that ended because it was asked to."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a job's `events.jsonl`."""

    kind: Kind
    ts_us: int = 0
    """When it was written, us since the epoch, UTC."""
    done: int = 0
    total: int = 0
    unit: str = ""
    rate: float | None = None
    """Units a second over the latest progress, of `progress` only, as is `eta_s`."""
    eta_s: float | None = None
    name: str = ""
    """What a `metric` is called."""
    value: float | None = None
    error: str = ""
    """The kind of error that a `failed` job ended with."""
    text: str = ""


class EventFile:
    """Appends events to a file, one JSON object a line, each visible as soon as it is written."""

    def __init__(self, path: Path, clock_us: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self._path = path
        self._clock_us = clock_us

    def __call__(self, event: Event) -> None:
        """Append one event with the time of now."""
        stamped = msgspec.structs.replace(event, ts_us=self._clock_us())
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(stamped) + b"\n")


def read_events(path: Path) -> list[Event]:
    """Return the events written so far; a line that is still being written is left for the next time.

    Raises:
        JobError: a line is no event of this version.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    try:
        return [msgspec.json.decode(line, type=Event) for line in lines[:-1]]
    except msgspec.DecodeError as error:
        raise JobError(f"{path}: expected the events of a job, found: {error}") from error


class Reporter:
    """What work tells of itself, to the person who waits for it and to the event file of its job."""

    def __init__(
        self,
        write: Callable[[Event], None],
        show: OnProgress,
        say: Callable[[str], None],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._show = show
        self._say = say
        self._clock_s = clock_s
        self._meter = Meter()

    def __call__(self, progress: Progress) -> None:
        """Report how far the work is, at what rate, and how long it will take."""
        self._meter.look(self._clock_s(), progress.done)
        self._show(progress)
        self._write(
            Event(
                kind="progress",
                done=progress.done,
                total=progress.total,
                unit=progress.unit,
                rate=self._meter.rate,
                eta_s=self._meter.eta_s(progress.total),
                text=progress.text,
            )
        )

    def metric(self, name: str, value: float | None) -> None:
        """Report a figure of the result."""
        self._write(Event(kind="metric", name=name, value=value))

    def warning(self, text: str) -> None:
        """Report what a person should look at."""
        self._say(f"warning: {text}")
        self._write(Event(kind="warning", text=text))
