"""What the TUI asks of psky, as a port: the application behind it, or a fake in a test."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from psky.app import jobs
from psky.app.job_status import JobStatus, Stopped
from psky.app.job_views import JobView, list_job_views
from psky.app.views import BacktestView, StudyView, TrialView
from psky.app.workspace import Workspace
from psky.live.limits import LiveLimits
from tui.sessions import AppSessions, Sessions
from tui.tapes import AppTapes, Tapes
from tui.work import RunKey, Work, same_work

if TYPE_CHECKING:
    from psky.app.results import ComparedView, ResultList
    from psky.app.space import TunedValue
    from psky.app.study_report import StudyReport
    from psky.app.trial_report import TrialReport

_LOG_LINES = 500


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

    def stop(self) -> Stopped:
        """Ask it to stop; asked again, kill it."""


class Core(Tapes, Sessions, Protocol):
    """What the screens ask for. Each call may take long: it is made from a thread."""

    @property
    def read_only(self) -> bool:
        """Whether whatever changes state is refused."""

    def list_studies(self) -> list[StudyView]:
        """Return every study of every symbol."""

    def list_trials(self, symbol: str, study: str) -> list[TrialView]:
        """Return the trials of one study."""

    def inspect_study(self, symbol: str, study: str) -> StudyReport:
        """Return what is known of a study as a whole."""

    def inspect_trial(self, symbol: str, study: str, trial: int) -> TrialReport:
        """Return what is known of a trial."""

    def list_space(self, path: Path | None) -> tuple[TunedValue, ...]:
        """Return the search space in a file, or psky's own."""

    def rehearse(self, work: Work) -> None:
        """Raise what the command would refuse."""

    def pause_study(self, symbol: str, study: str) -> None:
        """Ask every process that tunes a study to stop after its trial."""

    def trials_left(self, symbol: str, study: str) -> int:
        """Return how many trials are left of those that were asked for."""

    def list_results(self) -> ResultList:
        """Return every backtest, the newest first."""

    def load_backtest(self, run: RunKey) -> BacktestView | None:
        """Return the result of a run, or None if it has not been run yet."""

    def compare_results(self, a: str, b: str) -> ComparedView:
        """Return two backtests side by side, each named by its id."""

    def start(self, work: Work) -> JobLike:
        """Start work in a process of its own."""

    def find_running(self, work: Work) -> JobLike | None:
        """Return the job that does this work at the moment, whoever started it."""

    def list_jobs(self) -> list[JobView]:
        """Return every job, the latest first."""

    def read_log(self, job_id: str) -> str:
        """Return the end of what a job printed."""

    def stop_job(self, job_id: str) -> Stopped:
        """Ask a job to stop; asked again, kill it."""

    def command_line(self, command: Sequence[str]) -> str:
        """Return the shell's words for a psky command in this workspace."""


class AppCore(AppTapes, AppSessions):
    """The port on `psky.app`, whose use-cases are loaded when first called: the first paint does not wait."""

    read_only = False

    def __init__(self, workspace: Workspace, limits: LiveLimits | None = None) -> None:
        super().__init__(workspace)
        self.limits = LiveLimits() if limits is None else limits

    def list_studies(self) -> list[StudyView]:
        """Return every study of every symbol."""
        from psky.app import studies  # noqa: PLC0415 - loads optuna

        return studies.list_studies(self._workspace)

    def list_trials(self, symbol: str, study: str) -> list[TrialView]:
        """Return the trials of one study."""
        from psky.app import studies  # noqa: PLC0415 - loads optuna

        return studies.list_trials(self._workspace, symbol, study)

    def inspect_study(self, symbol: str, study: str) -> StudyReport:
        """Return what is known of a study as a whole."""
        from psky.app import study_report  # noqa: PLC0415 - loads optuna

        return study_report.inspect_study(self._workspace, symbol, study)

    def inspect_trial(self, symbol: str, study: str, trial: int) -> TrialReport:
        """Return what is known of a trial."""
        from psky.app import trial_report  # noqa: PLC0415 - loads the drivers

        return trial_report.inspect_trial(self._workspace, symbol, study, trial)

    def list_space(self, path: Path | None) -> tuple[TunedValue, ...]:
        """Return the search space in a file, or psky's own."""
        from psky.app import space  # noqa: PLC0415 - loads the drivers

        return space.list_space(path)

    def rehearse(self, work: Work) -> None:
        """Raise what the command would refuse."""
        jobs.rehearse(self._workspace, [*work.command, *self._folders()])

    def pause_study(self, symbol: str, study: str) -> None:
        """Ask every process that tunes a study to stop after its trial."""
        from psky.app import tune  # noqa: PLC0415 - loads the drivers

        tune.pause_study(self._workspace, symbol, study)

    def trials_left(self, symbol: str, study: str) -> int:
        """Return how many trials are left of those that were asked for."""
        from psky.app import tune  # noqa: PLC0415 - loads the drivers

        return tune.trials_left(self._workspace, symbol, study)

    def list_results(self) -> ResultList:
        """Return every backtest, the newest first."""
        from psky.app import results  # noqa: PLC0415 - loads the drivers

        return results.list_results(self._workspace)

    def load_backtest(self, run: RunKey) -> BacktestView | None:
        """Return the result of a run, or None if it has not been run yet."""
        from psky.app import backtest  # noqa: PLC0415 - loads the drivers

        return backtest.load_result(self._workspace, run.request())

    def compare_results(self, a: str, b: str) -> ComparedView:
        """Return two backtests side by side, each named by its id."""
        from psky.app import results  # noqa: PLC0415 - loads the drivers

        return results.compare_results(self._workspace, a, b)

    def start(self, work: Work) -> JobLike:
        """Start work in a process of its own."""
        return jobs.start(self._workspace, [*work.command, *self._folders()])

    def find_running(self, work: Work) -> JobLike | None:
        """Return the job that does this work at the moment, whoever started it."""
        wanted = [*work.command, *self._folders()]
        found = (job for job in jobs.list_jobs(self._workspace) if same_work(job.command, wanted))
        return next((job for job in found if job.status().active), None)

    def list_jobs(self) -> list[JobView]:
        """Return every job, the latest first."""
        return list_job_views(self._workspace)

    def read_log(self, job_id: str) -> str:
        """Return the end of what a job printed."""
        return jobs.find_job(self._workspace, job_id).log_end(_LOG_LINES)

    def stop_job(self, job_id: str) -> Stopped:
        """Ask a job to stop; asked again, kill it."""
        return jobs.find_job(self._workspace, job_id).stop()

    def command_line(self, command: Sequence[str]) -> str:
        """Return the shell's words for a psky command in this workspace."""
        return shlex.join(["psky", *command, *self._folders()])

    def _folders(self) -> list[str]:
        named = (("--data-dir", self._workspace.data_dir), ("--model-dir", self._workspace.model_dir))
        return [word for flag, folder in named if folder is not None for word in (flag, str(folder))]
