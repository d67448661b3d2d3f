"""Where a job stands, worked out from what it reported and whether its process lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from psky.app.events import INTERRUPTED, Event
from psky.domain.text import integer, span

Stopped = Literal["asked", "killed", "ended"]
"""What asking a job to stop did."""
RUNNING = "running"
STOPPING = "stopping"
_ACTIVE = frozenset({RUNNING, STOPPING})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """How far a job is.

    `state` is `running`, `stopping` (asked to, still at it), `finished`, `stopped` (it ended when asked to), `failed`
    (with the error in `text`) or `killed` (its process is gone and did not say why).
    """

    state: str
    done: int
    total: int
    text: str
    unit: str = ""
    rate: float | None = None
    """Units a second."""
    eta_s: float | None = None
    last_us: int | None = None
    """When it last reported anything, us since the epoch, UTC."""
    error: str = ""
    """The kind of error, of a job that failed."""
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it still runs."""
        return self.state in _ACTIVE

    @property
    def share(self) -> float | None:
        """How much of the work is done, 0 to 1; None while that is unknown."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else None


def status_of(events: Sequence[Event], *, alive: bool, asked_to_stop: bool) -> JobStatus:
    """Return where a job stands that has reported `events`."""
    last = events[-1] if events else Event(kind="started", text="starting")
    spoken = [event for event in events if event.kind != "metric" and event.text]
    moved = next((event for event in reversed(events) if event.total > 0), last)
    state = _state(last, alive=alive, asked_to_stop=asked_to_stop)
    return JobStatus(
        state=state,
        done=moved.done,
        total=moved.total,
        text=spoken[-1].text if spoken else last.text,
        unit=moved.unit,
        rate=moved.rate,
        eta_s=moved.eta_s if state in _ACTIVE else None,
        last_us=last.ts_us or None,
        error=last.error,
        metrics={event.name: event.value for event in events if event.kind == "metric"},
        warnings=tuple(event.text for event in events if event.kind == "warning"),
    )


def _state(last: Event, *, alive: bool, asked_to_stop: bool) -> str:
    if last.kind == "finished":
        return "finished"
    if last.kind == "failed":
        return "stopped" if last.error == INTERRUPTED else "failed"
    if not alive:
        return "killed"
    return STOPPING if asked_to_stop else RUNNING


def stopped_words(job_id: str, done: Stopped) -> str:
    """Return what asking a job to stop did, in words."""
    match done:
        case "asked":
            return f"asked {job_id} to stop; it finishes what it is at. Asked a second time it is killed"
        case "killed":
            return f"killed {job_id}"
        case "ended":
            return f"{job_id} had ended"


def progress_words(status: JobStatus) -> str:
    """Return how far a job is, as people read it: `38%  1,500/4,000  500/s  ETA 5s  replaying`."""
    if status.share is None:
        return status.text
    words = [f"{status.share:.0%}", f"{integer(status.done)}/{integer(status.total)}"]
    words += [rate_words(status.rate)] if status.rate is not None else []
    words += [f"ETA {span(status.eta_s)}"] if status.eta_s is not None else []
    return "  ".join([*words, status.text])


def rate_words(rate: float) -> str:
    """Return a rate as people read it."""
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.2g}/s"
