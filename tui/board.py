"""The work that this session started or found, and how far each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from psky.app.job_status import RUNNING, JobStatus
from psky.errors import PskyError
from tui.core import JobLike
from tui.work import Work


@dataclass(slots=True, kw_only=True)
class Run:
    """One job and what it does; changed by the UI thread only."""

    key: Work
    job: JobLike | None = None
    """None until its process has been started, and where it could not be."""
    status: JobStatus = field(default_factory=lambda: JobStatus(state=RUNNING, done=0, total=0, text="starting"))
    stopping: bool = False

    @property
    def active(self) -> bool:
        """Whether it still runs."""
        return self.status.active

    @property
    def state(self) -> str:
        """The job's state in a word; one that was stopped on request is not called killed or failed."""
        if not self.stopping or self.status.state == "finished":
            return self.status.state
        return "stopping" if self.active else "stopped"


class JobBoard:
    """Keeps the latest run of each piece of work."""

    def __init__(self) -> None:
        self._runs: dict[Work, Run] = {}
        self._watchers: list[Callable[[Run], object]] = []

    def watch(self, tell: Callable[[Run], object]) -> Callable[[], None]:
        """Tell of every run that moves, until what is returned is called."""
        self._watchers.append(tell)
        return lambda: self._watchers.remove(tell)

    def tell(self, run: Run) -> None:
        """Tell the watchers that a run moved."""
        for watcher in tuple(self._watchers):
            watcher(run)

    def open(self, key: Work) -> Run:
        """Note that work is about to start."""
        run = self._runs[key] = Run(key=key)
        return run

    def run(self, key: Work) -> Run | None:
        """Return the latest run of some work."""
        return self._runs.get(key)

    def active(self) -> tuple[Run, ...]:
        """Return the runs that have not ended."""
        return tuple(run for run in self._runs.values() if run.active)

    def update(self, run: Run, status: JobStatus) -> None:
        """Take over what a look at a job found."""
        run.status = status


def look(run: Run) -> JobStatus:
    """Return how far a run is; a job that cannot be looked at has failed, and says why."""
    try:
        return run.status if run.job is None else run.job.status()
    except (PskyError, OSError) as error:
        return failed(error)


def failed(error: Exception) -> JobStatus:
    """Return the status of work that an error ended."""
    return JobStatus(state="failed", done=0, total=0, text=str(error))
