"""Jobs as front ends show them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from psky.app.job_status import JobStatus
from psky.app.jobs import Job, list_jobs
from psky.app.workspace import Workspace
from psky.domain.time import SECOND_US
from psky.errors import JobError


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job and where it stands.

    `took_s` runs from its start to its last word, or to now while it is at work; None where that is unknown.
    """

    id: str
    command: tuple[str, ...]
    folder: Path
    pid: int
    started_us: int
    took_s: float | None
    status: JobStatus


def list_job_views(workspace: Workspace) -> list[JobView]:
    """Return the jobs of a workspace, the latest first; one that cannot be read is `unreadable` and says why."""
    return [view_of(job, _status(job)) for job in list_jobs(workspace)]


def view_of(job: Job, status: JobStatus) -> JobView:
    """Return the view of a job that stands at `status`."""
    end_us = time.time_ns() // 1000 if status.active else status.last_us
    return JobView(
        id=job.id,
        command=job.command,
        folder=job.folder,
        pid=job.pid,
        started_us=job.started_us,
        took_s=max(0.0, (end_us - job.started_us) / SECOND_US) if end_us else None,
        status=status,
    )


def _status(job: Job) -> JobStatus:
    try:
        return job.status()
    except (JobError, OSError) as error:
        return JobStatus(state="unreadable", done=0, total=0, text=str(error))
