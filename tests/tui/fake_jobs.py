"""Jobs of a core without a workspace: a list of them, and one that moves when a test says so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from psky.app.job_status import JobStatus, Stopped
from psky.app.job_views import JobView

START_US = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC


@dataclass
class FakeJob:
    """A job that is where the test puts it."""

    id: str = "ab12cd34"
    folder: Path = Path("models/.jobs/ab12cd34")
    now: JobStatus = field(default_factory=lambda: JobStatus(state="running", done=0, total=0, text="starting"))
    stopped: int = 0

    def status(self) -> JobStatus:
        return self.now

    def stop(self) -> Stopped:
        self.stopped += 1
        return "asked"

    def move(self, state: str, done: int = 0, total: int = 0, text: str = "", rate: float | None = None) -> None:
        eta_s = (total - done) / rate if rate else None
        self.now = JobStatus(state=state, done=done, total=total, text=text, rate=rate, eta_s=eta_s)


def jobs() -> list[JobView]:
    def view(job_id: str, command: str, minute: int, took_s: float, status: JobStatus) -> JobView:
        return JobView(
            id=job_id,
            command=tuple(command.split()),
            folder=Path("models/.jobs") / job_id,
            pid=4711,
            started_us=START_US + minute * 60_000_000,
            took_s=took_s,
            status=status,
        )

    tuning = JobStatus(
        state="running",
        done=57,
        total=200,
        text="best +0.412 R/day",
        unit="trials",
        rate=0.51,
        eta_s=280.4,
        warnings=("most bars of 1m are touches",),
    )
    imported = JobStatus(
        state="finished",
        done=810,
        total=810,
        text="import RAVEUSDT",
        unit="bytes",
        rate=9e6,
        metrics={"trades": 1843211},
    )
    failed = JobStatus(state="failed", done=0, total=0, text="expected model_6/, found none", error="ModelError")
    return [
        view("ab12cd34", "tune run BTCJPY --trials 200 --study first-light", 42, 112.0, tuning),
        view("77e0f1aa", "backtest run BTCJPY --study first-light --trial 6", 31, 8.2, failed),
        view(
            "0c9d22b7", "train DEMOUSDT --study demo --trial 3", 20, 61.0, replace(tuning, state="killed", eta_s=None)
        ),
        view("5f00ba12", "data import downloads/RAVEUSDT --symbol RAVEUSDT", 3, 204.9, imported),
    ]
