"""What workers and panels tell each other. Workers never touch a widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from psky.app.job_status import JobStatus
from psky.app.views import StudyView, TradeView, TrialView
from tui.board import Run
from tui.core import JobLike
from tui.work import HOLDOUT, RunKey, Work

if TYPE_CHECKING:
    from psky.app.live_views import SessionRow
    from psky.app.names import SpecName


@dataclass
class Answered(Message, bubble=False):
    """A read has come back: `take` shows it."""

    take: Callable[[], None]


@dataclass
class Refused(Message, bubble=False):
    """A read failed."""

    error: Exception


@dataclass
class StudiesListed(Message):
    """The studies were read."""

    studies: list[StudyView]


@dataclass
class TrialsListed(Message):
    """The trials of a study were read."""

    study: StudyView
    trials: list[TrialView]


@dataclass
class StudyOpened(Message):
    """A study was chosen."""

    study: StudyView


@dataclass
class TrialOpened(Message):
    """A trial was chosen."""

    study: StudyView
    trial: TrialView


@dataclass
class ChartOpened(Message):
    """The candles of a symbol were asked for: around an instant, in candles of `step`, with something over them.

    That is trades, or the touches under a spec, which are looked at where the tape ends.
    """

    symbol: str
    at_us: int | None = None
    step: str | None = None
    trades: tuple[TradeView, ...] | None = None
    touches: SpecName | None = None


@dataclass
class SessionsListed(Message):
    """The live sessions were read."""

    sessions: tuple[SessionRow, ...]


@dataclass
class SessionOpened(Message):
    """A live session was chosen."""

    row: SessionRow


@dataclass
class BacktestOpened(Message):
    """A backtest of a trial was chosen; `label` is the symbol as people are shown it."""

    key: RunKey
    label: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, study: StudyView, trial: TrialView) -> BacktestOpened:
        """Return the choice of a trial's hold-out."""
        key = RunKey(symbol=study.symbol, study=study.study, trial=trial.number)
        return cls(key, study.label, (HOLDOUT, *(f"fold_{fold.fold}" for fold in trial.folds)))


@dataclass
class RunFound(Message):
    """A job was found that does work which this session did not start."""

    key: Work
    job: JobLike


@dataclass
class RunAsked(Message):
    """Work is wanted."""

    key: Work


@dataclass
class StopAsked(Message):
    """Running work is to stop."""

    run: Run


@dataclass
class RunStarted(Message):
    """The process of a run was started, or could not be."""

    run: Run
    job: JobLike | Exception


@dataclass
class Looked(Message):
    """The running jobs were looked at."""

    found: list[tuple[Run, JobStatus]]


@dataclass
class RunMoved(Message):
    """A run has another status."""

    run: Run
