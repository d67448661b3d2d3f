from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.app.names import SpecName
from psky.app.views import StudyView, TrialView
from tui.board import JobBoard, Run
from tui.core import Core
from tui.forms.live import live_form
from tui.keys import bind
from tui.messages import BacktestOpened, ChartOpened, RunAsked, RunMoved, StopAsked
from tui.screens.backtest_text import funnel
from tui.screens.form import FormScreen
from tui.screens.study_text import importance
from tui.screens.trial_text import calibration, describe
from tui.screens.views import VIEW_KEYS, ViewsPanel
from tui.widgets.choicebar import ChoiceBar
from tui.widgets.pane import Pane
from tui.widgets.progress import run_text
from tui.widgets.scatter import Scatter
from tui.widgets.spectree import SpecTree
from tui.work import Task, Work

if TYPE_CHECKING:
    from psky.app.trial_report import TrialReport

_UNTRAINED = "no model yet: T trains it, or b opens the backtest, which trains it first"
_UNRUN = "not replayed on the hold-out yet: b opens the backtest"
_SHOWN = 40


class TrialPanel(ViewsPanel):
    """One trial: its spec, how it did, and what can be made of it."""

    GUIDE = (
        "A trial: its spec by section beside psky's defaults, its folds, and, once it was trained and replayed on the "
        "hold-out, its calibration, what its model looks at, and where touches were lost. Training, backtests and "
        "reproductions are jobs: they go on when you leave."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,b", "backtest", "backtest"),
        bind("T", "train", "train"),
        bind("R", "reproduce", "reproduce"),
        bind("L", "live", "go live"),
        bind("c", "touches", "touches"),
        bind("x", "stop", "stop"),
        *VIEW_KEYS,
    ]

    views = ("folds", "calibration", "importance", "funnel")

    def __init__(self, core: Core, board: JobBoard, study: StudyView, trial: TrialView) -> None:
        super().__init__(core, board)
        self.study = study
        self.trial = trial
        self.view = self.views[0]
        self._report: TrialReport | None = None
        self._doing: Work | None = None

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.study.label, self.study.study, f"trial {self.trial.number}")

    def body(self) -> Iterable[Widget]:
        """Return the job at work, the spec, and a view of your choice."""
        self.progress = Pane(id="run", can_maximize=False)
        self.spec = SpecTree(id="spec")
        self.viewbar = ChoiceBar("view", id="views")
        self.detail = Pane(id="detail")
        self.picture = Scatter(id="picture")
        return (self.progress, self.spec, self.viewbar, self.detail, self.picture)

    def on_mount(self) -> None:
        """Follow the jobs."""
        self.unwatch = self.board.watch(lambda run: self.post_message(RunMoved(run)))

    def on_unmount(self) -> None:
        """Follow them no longer."""
        self.unwatch()

    def load(self) -> None:
        """Read what is known of the trial."""
        if self._report is None:
            self.notice("reading the trial…")
        question = partial(self.core.inspect_trial, self.study.symbol, self.study.study, self.trial.number)
        self.ask(question, self._show)

    def command_line(self) -> str:
        """Return the command that trains the trial."""
        return self.core.command_line(self._training.command)

    def palette(self) -> Iterable[SystemCommand]:
        """Return what can be done with the trial, and the views."""
        yield SystemCommand("Backtest trial", "Open its backtests", self.action_backtest)
        yield SystemCommand("Touches of trial", "Candles, with the touches under its spec", self.action_touches)
        yield SystemCommand("Train trial", "On all that lies before the hold-out, as a job", self.action_train)
        yield SystemCommand("Reproduce trial", "Rebuild it from its summary and compare digests", self.action_reproduce)
        yield SystemCommand("Go live with trial", "On a simulator, a demo account, or for real", self.action_live)
        yield from self.view_commands()

    def _show(self, report: TrialReport) -> None:
        first, self._report = self._report is None, report
        self.notice(None)
        self.spec.show(report.sections)
        self.show_view()
        if first:
            self.spec.focus()
        self.refresh_bindings()

    # What stands beside the spec

    def show_view(self) -> None:
        """Show the view that was chosen."""
        self.viewbar.show(self.views, self.view)
        result = None if self._report is None or self._report.holdout is None else self._report.holdout.result
        pictured = self.view == "calibration" and result is not None and result.calibration is not None
        self.set_class(pictured, "-pictured")
        if pictured and result is not None and result.calibration is not None:
            self.picture.show(calibration(result.calibration))
            return
        self.detail.border_title = self.view
        if self.view == "folds":
            self.detail.show(describe(self.trial))
        elif self.view == "importance":
            shares = {} if self._report is None else self._report.importance or {}
            self.detail.show(importance(list(shares.items())[:_SHOWN], _UNTRAINED))
        else:
            self.detail.show(Content.styled(_UNRUN, "dim") if result is None else funnel(result))

    # Jobs

    @property
    def _where(self) -> tuple[str, ...]:
        return (self.study.symbol, "--study", self.study.study, "--trial", str(self.trial.number))

    @property
    def _training(self) -> Task:
        return Task(title=f"train trial {self.trial.number} of {self.study.study}", command=("train", *self._where))

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        run = None if self._doing is None else self.board.run(self._doing)
        busy = run is not None and run.active
        if action == "stop":
            return busy and run is not None and run.job is not None
        if action == "touches":
            return bool(self.trial.folds)
        if action in {"train", "live"}:
            return bool(self.trial.folds) and not busy
        if action == "reproduce":
            return self._report is not None and self._report.has_summary and not busy
        return super().offers(action, parameters)

    def action_backtest(self) -> None:
        """Open the backtests of the trial."""
        self.post_message(BacktestOpened.of(self.study, self.trial))

    def action_touches(self) -> None:
        """Open the candles with the touches under the trial's spec."""
        spec = SpecName(study=self.study.study, trial=self.trial.number)
        self.post_message(ChartOpened(self.study.symbol, touches=spec))

    def action_train(self) -> None:
        """Train it, as a job."""
        self._begin(self._training)

    def action_reproduce(self) -> None:
        """Rebuild it from its summary, as a job."""
        if self._report is not None:
            title = f"reproduce trial {self.trial.number} of {self.study.study}"
            self._begin(Task(title=title, command=("reproduce", str(self._report.summary_path))))

    def action_live(self) -> None:
        """Ask where it is to trade."""
        form = live_form(self.core.limits, symbol=self.study.symbol, study=self.study.study, trial=self.trial.number)
        self.app.push_screen(FormScreen(self.core, form), self._asked)

    def _asked(self, work: Work | None) -> None:
        if work is not None:
            self._begin(work)
            self.say(f"started: {work}; 4 shows it")

    def action_stop(self) -> None:
        """Ask the job to stop."""
        run = None if self._doing is None else self.board.run(self._doing)
        if run is not None:
            self.post_message(StopAsked(run))

    def _begin(self, work: Work) -> None:
        self._doing = work
        self.post_message(RunAsked(work))

    def on_run_moved(self, message: RunMoved) -> None:
        """Show how far the job is; read again when it has ended."""
        if message.run.key == self._doing:
            self._show_run(message.run)
            if not message.run.active:
                self.load()

    def _show_run(self, run: Run) -> None:
        self.add_class("-ran")
        self.progress.can_focus = run.state in {"failed", "killed"}
        self.progress.show(Content(f"{run.key}  ") + run_text(run))
        self.refresh_bindings()
