"""What the TUI asks of psky, as a port: the application behind it, or a fake in a test."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from psky.app import jobs
from psky.app.job_status import JobStatus
from psky.app.job_views import JobView, list_job_views
from psky.app.views import BacktestView, StudyView, TrialView
from psky.app.workspace import Workspace
from psky.domain.text import THEN, part_title

if TYPE_CHECKING:
    from psky.app.data import SymbolSummary

HOLDOUT = "holdout"
_LOG_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """One trial on one part of history: what a backtest is a backtest of."""

    symbol: str
    study: str
    trial: int
    part: str = HOLDOUT

    @property
    def fold(self) -> str | None:
        """The number of the fold, or None for the hold-out."""
        return None if self.part == HOLDOUT else self.part.removeprefix("fold_")

    def __str__(self) -> str:
        """Return the run as people read it."""
        return THEN.join((self.symbol, self.study, f"trial {self.trial}", part_title(self.part)))


class JobLike(Protocol):
    """A job that was started (`psky.app.jobs.Job`)."""

    @property
    def id(self) -> str:
        """The name of the job."""

    @property
    def folder(self) -> Path:
        """Where its events and its log lie."""

    def status(self) -> JobStatus:
        """Return how far it is."""

    def stop(self) -> jobs.Stopped:
        """Ask it to stop; asked again, kill it."""


class Core(Protocol):
    """What the screens ask for. Each call may take long: it is made from a thread."""

    def list_symbols(self) -> list[SymbolSummary]:
        """Return every symbol that has a tape."""

    def list_studies(self) -> list[StudyView]:
        """Return every study of every symbol."""

    def list_trials(self, symbol: str, study: str) -> list[TrialView]:
        """Return the trials of one study."""

    def load_backtest(self, run: RunKey) -> BacktestView | None:
        """Return the result of a run, or None if it has not been run yet."""

    def start_backtest(self, run: RunKey) -> JobLike:
        """Start a run in a process of its own."""

    def list_jobs(self) -> list[JobView]:
        """Return every job, the latest first."""

    def read_log(self, job_id: str) -> str:
        """Return the end of what a job printed."""

    def stop_job(self, job_id: str) -> jobs.Stopped:
        """Ask a job to stop; asked again, kill it."""

    def command_line(self, command: Sequence[str]) -> str:
        """Return the shell's words for a psky command in this workspace."""


class AppCore:
    """The port on `psky.app`, whose use-cases are loaded when first called: the first paint does not wait."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def list_symbols(self) -> list[SymbolSummary]:
        """Return every symbol that has a tape."""
        from psky.app import data  # noqa: PLC0415 - loads the core

        return data.list_symbols(self._workspace)

    def list_studies(self) -> list[StudyView]:
        """Return every study of every symbol."""
        from psky.app import studies  # noqa: PLC0415 - loads optuna

        return studies.list_studies(self._workspace)

    def list_trials(self, symbol: str, study: str) -> list[TrialView]:
        """Return the trials of one study."""
        from psky.app import studies  # noqa: PLC0415 - loads optuna

        return studies.list_trials(self._workspace, symbol, study)

    def load_backtest(self, run: RunKey) -> BacktestView | None:
        """Return the result of a run, or None if it has not been run yet."""
        from psky.app import backtest  # noqa: PLC0415 - loads the drivers

        return backtest.load_backtest(self._workspace, run.symbol, run.study, run.trial, run.part)

    def start_backtest(self, run: RunKey) -> JobLike:
        """Start a run in a process of its own."""
        return jobs.start(self._workspace, [*backtest_command(run), *self._folders()])

    def list_jobs(self) -> list[JobView]:
        """Return every job, the latest first."""
        return list_job_views(self._workspace)

    def read_log(self, job_id: str) -> str:
        """Return the end of what a job printed."""
        return jobs.find_job(self._workspace, job_id).log_end(_LOG_LINES)

    def stop_job(self, job_id: str) -> jobs.Stopped:
        """Ask a job to stop; asked again, kill it."""
        return jobs.find_job(self._workspace, job_id).stop()

    def command_line(self, command: Sequence[str]) -> str:
        """Return the shell's words for a psky command in this workspace."""
        return shlex.join(["psky", *command, *self._folders()])

    def _folders(self) -> list[str]:
        named = (("--data-dir", self._workspace.data_dir), ("--model-dir", self._workspace.model_dir))
        return [word for flag, folder in named if folder is not None for word in (flag, str(folder))]


def backtest_command(run: RunKey) -> list[str]:
    """Return the psky command that runs a backtest."""
    command = ["backtest", "run", run.symbol, "--study", run.study, "--trial", str(run.trial)]
    return command if run.fold is None else [*command, "--fold", run.fold]
