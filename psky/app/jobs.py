"""Long work in processes of its own.

A job is a `psky` command in a session of its own, so that closing the terminal ends nothing. Its folder,
`.jobs/<id>/` below the model root, holds `job.json` (command and process id), `events.jsonl` (what it reports) and
`log.txt` (what it printed). Whoever wants to watch reads the events.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psky.app.events import Event, read_events
from psky.app.workspace import Workspace
from psky.errors import JobError

_ENDED = frozenset({"finished", "failed"})
_STARTED: dict[int, subprocess.Popen[bytes]] = {}
"""The jobs of this process, which must be asked for their end: until then they stay in the system's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """How far a job is.

    `state` is `running`, `finished`, `failed` (with the error in `text`) or `killed` (its process is gone and did not
    say why).
    """

    state: str
    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that was started: where it writes and which process it is."""

    id: str
    folder: Path
    pid: int
    command: tuple[str, ...]

    @property
    def events_path(self) -> Path:
        """The JSON lines that the job writes."""
        return self.folder / "events.jsonl"

    def status(self) -> JobStatus:
        """Return where the job stands, from its events and its process."""
        alive = _alive(self.pid)  # before the events: a process that ends in between has written its last one
        return _status(read_events(self.events_path), alive=alive)

    def stop(self) -> None:
        """Ask the job to finish what it is at and stop."""
        if _alive(self.pid):
            os.kill(self.pid, signal.SIGINT)


def start(workspace: Workspace, command: Sequence[str]) -> Job:
    """Start `psky <command>` as a job and return at once.

    Raises:
        JobError: the process could not be started.
    """
    job_id = secrets.token_hex(4)
    folder = workspace.model_root / ".jobs" / job_id
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "psky", *command, "--events", str(folder / "events.jsonl")]
    with (folder / "log.txt").open("wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as error:
            raise JobError(f"expected to start {argv[0]}, found: {error}") from error
    _STARTED[process.pid] = process
    record = {"id": job_id, "pid": process.pid, "command": list(command)}
    (folder / "job.json").write_text(json.dumps(record), encoding="utf-8")
    return Job(id=job_id, folder=folder, pid=process.pid, command=tuple(command))


def _status(events: list[Event], *, alive: bool) -> JobStatus:
    last = events[-1] if events else Event(kind="started", text="starting")
    state = last.kind if last.kind in _ENDED else "running" if alive else "killed"
    progress = [event for event in events if event.total > 0]
    done, total = (progress[-1].done, progress[-1].total) if progress else (0, 0)
    return JobStatus(state=state, done=done, total=total, text=last.text)


def _alive(pid: int) -> bool:
    process = _STARTED.get(pid)
    return _exists(pid) if process is None else process.poll() is None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
