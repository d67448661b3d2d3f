"""Long work in processes of its own.

A job is a `psky` command in a session of its own, so that closing the terminal ends nothing. Its folder,
`.jobs/<id>/` below the model root, holds `job.json` (command and process), `events.jsonl` (what it reports) and
`log.txt` (what it printed). Whoever wants to watch reads the events, whoever started it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

import psky
from psky.app.events import read_events
from psky.app.job_status import JobStatus, Stopped, status_of
from psky.app.processes import Process, identify
from psky.app.workspace import Workspace
from psky.domain.files import write_json
from psky.errors import JobError, UsageError

_RECORD = "job.json"


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    command: tuple[str, ...]
    cwd: str
    started_us: int
    process: Process
    psky_version: str
    schema_version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that was started: where it writes and which process it is."""

    id: str
    folder: Path
    process: Process
    command: tuple[str, ...]
    cwd: Path
    started_us: int

    @property
    def pid(self) -> int:
        """The id that its process has or had."""
        return self.process.pid

    @property
    def events_path(self) -> Path:
        """The JSON lines that the job writes."""
        return self.folder / "events.jsonl"

    @property
    def log_path(self) -> Path:
        """What the job printed."""
        return self.folder / "log.txt"

    def status(self) -> JobStatus:
        """Return where the job stands, from its events and its process.

        Raises:
            JobError: its events cannot be read.
        """
        alive = self.process.alive  # before the events: a process that ends in between has written its last one
        return status_of(read_events(self.events_path), alive=alive, asked_to_stop=self._asked_path.exists())

    def stop(self) -> Stopped:
        """Ask the job to finish what it is at and stop (`asked`); asked again, kill it and its workers (`killed`).

        A job that has ended is left alone (`ended`), also where its process is still on its way out.
        """
        done = self.next_stop()
        if done == "ended":
            return done
        self._asked_path.touch()
        try:
            # It leads a group of its own, in which its workers are.
            os.killpg(self.pid, signal.SIGKILL) if done == "killed" else os.kill(self.pid, signal.SIGINT)
        except ProcessLookupError:
            return "ended"
        return done

    def next_stop(self) -> Stopped:
        """Return what `stop` would do."""
        if not self.process.alive or self._has_said_its_last():
            return "ended"
        return "killed" if self._asked_path.exists() else "asked"

    def _has_said_its_last(self) -> bool:
        try:
            return not self.status().active
        except JobError:  # of another version
            return False

    def log(self) -> str:
        """Return what it has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def log_end(self, lines: int) -> str:
        """Return the last lines of what it has printed."""
        return "\n".join(self.log().splitlines()[-lines:])

    def remove(self) -> None:
        """Delete its folder, for good."""
        shutil.rmtree(self.folder)

    @property
    def _asked_path(self) -> Path:
        return self.folder / "stop_asked"


def start(workspace: Workspace, command: Sequence[str]) -> Job:
    """Start `psky <command>` as a job and return at once; its workspace has the same roots, whatever is configured.

    Raises:
        JobError: the process could not be started.
    """
    job_id = secrets.token_hex(4)
    folder = _jobs_dir(workspace) / job_id
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "psky", *_reporting(command, folder / "events.jsonl")]
    pid = _spawn(argv, os.environ | _roots(workspace), folder / "log.txt")
    identity = identify(pid)
    if identity is None:
        raise JobError(f"expected /proc/{pid} to tell of the job that was started, found nothing there")
    record = _Record(
        id=job_id,
        command=tuple(command),
        cwd=str(Path.cwd()),
        started_us=time.time_ns() // 1000,
        process=identity,
        psky_version=psky.__version__,
    )
    write_json(folder / _RECORD, record)
    return _job(folder, record)


def rehearse(workspace: Workspace, command: Sequence[str]) -> None:
    """Run `psky <command> --dry-run` to its end, in a process of its own.

    Raises:
        UsageError: the command refuses its words; the message is its own.
        JobError: the process could not be started, or failed in another way.
    """
    argv = [sys.executable, "-m", "psky", *command, "--dry-run", "--json"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own command
            argv,
            env=os.environ | _roots(workspace),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise JobError(f"expected to start {argv[0]}, found: {error}") from error
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"it ended with code {ended.returncode} and left no word"])[-1]
        raise UsageError(last.removeprefix("psky: "))


def _roots(workspace: Workspace) -> dict[str, str]:
    return {"PSKY_DATA_ROOT": str(workspace.data_root), "PSKY_MODEL_ROOT": str(workspace.model_root)}


def _spawn(argv: list[str], environment: Mapping[str, str], log: Path) -> int:
    # Not `subprocess`, which holds on to children; these are nobody's once they have begun.
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:
        return os.posix_spawn(argv[0], argv, environment, file_actions=files, setsid=True)
    except OSError as error:
        raise JobError(f"expected to start {argv[0]}, found: {error}") from error


def list_jobs(workspace: Workspace) -> list[Job]:
    """Return the jobs of a workspace, running and ended, the latest first; a folder that holds none is passed over."""
    found = [_read(path.parent) for path in _jobs_dir(workspace).glob(f"*/{_RECORD}")]
    return sorted((job for job in found if job is not None), key=lambda job: job.started_us, reverse=True)


def find_job(workspace: Workspace, job_id: str) -> Job:
    """Return the job of this id.

    Raises:
        UsageError: there is none; the message names the latest.
    """
    jobs = list_jobs(workspace)
    found = next((job for job in jobs if job.id == job_id), None)
    if found is None:
        latest = ", ".join(job.id for job in jobs[:5])
        raise UsageError(f"expected a job, found {job_id!r}; " + (f"the latest: {latest}" if jobs else "there is none"))
    return found


def ended_jobs(workspace: Workspace, *, before_us: int) -> list[Job]:
    """Return the jobs that ended before a time (us since the epoch), the latest first."""
    return [job for job in list_jobs(workspace) if _ended_before(job, before_us)]


def _ended_before(job: Job, before_us: int) -> bool:
    try:
        status = job.status()
    except JobError:  # of another version: its process tells whether it is over
        return not job.process.alive and job.started_us < before_us
    return not status.active and (status.last_us or job.started_us) < before_us


def _jobs_dir(workspace: Workspace) -> Path:
    return workspace.model_root / ".jobs"


def _reporting(command: Sequence[str], events: Path) -> list[str]:
    words = list(command)
    end = words.index("--") if "--" in words else len(words)
    return [*words[:end], "--events", str(events), *words[end:]]


def _read(folder: Path) -> Job | None:
    try:
        return _job(folder, msgspec.json.decode((folder / _RECORD).read_bytes(), type=_Record))
    except (OSError, msgspec.DecodeError):
        return None


def _job(folder: Path, record: _Record) -> Job:
    return Job(
        id=record.id,
        folder=folder,
        process=record.process,
        command=record.command,
        cwd=Path(record.cwd),
        started_us=record.started_us,
    )
