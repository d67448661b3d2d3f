from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from psky.app.views import BacktestView, StudyView, TradeView, TrialView
from psky.domain import text as fmt
from psky.domain.text import part_title
from tui.board import JobBoard, Run
from tui.columns import trades as columns
from tui.core import HOLDOUT, Core, RunKey, backtest_command
from tui.messages import RunAsked, RunMoved, StopAsked
from tui.screens.backtest_text import VIEWS, describe
from tui.screens.panel import Panel
from tui.widgets.choicebar import ChoiceBar
from tui.widgets.equity import Equity
from tui.widgets.pane import Pane
from tui.widgets.progress import run_text
from tui.widgets.table import Table

_TRADES = "trades"


class BacktestPanel(Panel):
    """One trial on one part of history: run it, watch it, read its result."""

    GUIDE = (
        "A trial on the hold-out or on one of its folds. A run is a process of its own: it goes on when you leave the "
        "panel or psky. On a fold, the digest of the ledger must equal the one that the tuner stored. Below stand "
        "the trades, the smell tests, the same verdicts under other fill rules and at harder conditions, or the funnel."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "run", "run"),
        Binding("x", "stop", "stop"),
        Binding("p", "next_part(1)", "next part"),
        Binding("v", "next_view(1)", "next view"),
        Binding("V", "next_view(-1)", "previous view", show=False),
        Binding("P", "next_part(-1)", "previous part", show=False),
    ]

    def __init__(self, core: Core, board: JobBoard, study: StudyView, trial: TrialView) -> None:
        super().__init__(core, board)
        self.study = study
        self.trial = trial
        self.parts = (HOLDOUT, *(f"fold_{fold.fold}" for fold in trial.folds))
        self.part = HOLDOUT
        self.view = _TRADES
        self.views = (_TRADES, *VIEWS)
        self.shown: BacktestView | None = None

    @property
    def key(self) -> RunKey:
        """What is shown."""
        return RunKey(symbol=self.study.symbol, study=self.study.study, trial=self.trial.number, part=self.part)

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.study.label, self.study.study, f"trial {self.trial.number}", part_title(self.part))

    def body(self) -> Iterable[Widget]:
        """Return the parts, the run, and the result: picture, numbers, and a view of your choice."""
        self.bar = ChoiceBar("part", part_title, id="parts")
        self.progress = Pane(id="run", can_maximize=False)
        self.equity = Equity(id="equity")
        self.numbers = Pane(id="numbers")
        self.numbers.border_title = "metrics"
        self.trades: Table[TradeView] = Table(columns.COLUMNS, identity=id, picks=False, id="trades")
        self.viewbar = ChoiceBar("view", id="views")
        self.detail = Pane(id="detail")
        result = Container(self.equity, self.numbers, self.viewbar, self.trades, self.detail, classes="result")
        return (self.bar, self.progress, result)

    def load(self) -> None:
        """Read the result of the chosen part."""
        self._show_run(self.board.run(self.key))
        self.ask(partial(self.core.load_backtest, self.key), self._show)

    def command_line(self) -> str:
        """Return the command that runs this backtest."""
        return self.core.command_line(backtest_command(self.key))

    def palette(self) -> Iterable[SystemCommand]:
        """Return the commands for running and for the parts."""
        if self.check_action("run", ()):
            yield SystemCommand(
                "Run backtest", f"Start it for {part_title(self.part)}, in a process of its own", self.action_run
            )
        if self.check_action("stop", ()):
            yield SystemCommand("Stop backtest", "Ask the running backtest to stop", self.action_stop)
        for part in self.parts:
            yield SystemCommand(
                f"Show {part_title(part)}", "Choose this part of history", partial(self.action_part, part)
            )

        for view in self.views if self.shown is not None else ():
            yield SystemCommand(f"View {view}", "Choose what stands below the picture", partial(self.action_view, view))

    # The result

    def _show(self, view: BacktestView | None) -> None:
        self.shown = view
        self.bar.show(self.parts, self.part, "" if view is None else _span(view))
        self.notice(None if view is not None else self._unrun())
        self.equity.show(view)
        self.numbers.show(Content() if view is None else describe(view))
        self.trades.set_rows(() if view is None else view.trades)
        self._show_view()
        if view is None:
            self.progress.focus()
        elif self.focused not in {self.equity, self.numbers, self.trades, self.detail}:
            self._below.focus()

    @property
    def _below(self) -> Widget:
        return self.trades if self.view == _TRADES else self.detail

    def _show_view(self) -> None:
        self.viewbar.show(self.views, self.view)
        focused = self.focused in {self.trades, self.detail}
        self.set_class(self.view != _TRADES, "-detailed")
        if self.view != _TRADES:
            self.detail.show(Content() if self.shown is None else VIEWS[self.view](self.shown.result))
            self.detail.border_title = self.view
        if focused:
            self._below.focus()

    def _unrun(self) -> str:
        run = self.board.run(self.key)
        if run is not None and run.active:
            return "The result appears here when the run has finished."
        part = part_title(self.part)
        where = f"the {part}" if self.part == HOLDOUT else part
        return f"Not run yet on {where}. b runs it here; in a shell:\n\n  {self.command_line()}"

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        self.trades.border_title = f"{fmt.integer(self.trades.total)} trades{self.trades.sort_text}"

    # The run

    def on_mount(self) -> None:
        """Watch the runs."""
        self._unwatch = self.board.watch(lambda run: self.post_message(RunMoved(run)))

    def on_unmount(self) -> None:
        """Watch no more."""
        self._unwatch()

    def on_run_moved(self, message: RunMoved) -> None:
        """Show how far the run is; read the result when it has finished."""
        if message.run.key == self.key:
            self._show_run(message.run)
            if not message.run.active:
                self.load()

    def _show_run(self, run: Run | None) -> None:
        self.set_class(run is not None, "-ran")
        self.progress.can_focus = run is not None and run.state in {"failed", "killed"}  # its error can be copied
        if run is not None:
            self.progress.show(run_text(run))
        if self.has_class("-noticed"):
            self.notice(self._unrun())
        self.refresh_bindings()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to run what does not run, and to stop what does."""
        run = self.board.run(self.key)
        if action == "run":
            return run is None or not run.active
        if action == "next_view":
            return self.shown is not None and self.maximized is None
        if action == "stop":
            return run is not None and run.active and run.job is not None
        return super().check_action(action, parameters)

    def action_run(self) -> None:
        """Start the backtest."""
        self.post_message(RunAsked(self.key))

    def action_stop(self) -> None:
        """Ask the backtest to stop."""
        run = self.board.run(self.key)
        if run is not None:
            self.post_message(StopAsked(run))

    def action_next_part(self, step: int) -> None:
        """Choose the next part of history, the first after the last."""
        self.action_part(self.parts[(self.parts.index(self.part) + step) % len(self.parts)])

    def action_part(self, part: str) -> None:
        """Choose a part of history."""
        self.part = part
        self.show_path()
        self.bar.show(self.parts, self.part, "reading…")
        self.load()

    def action_next_view(self, step: int) -> None:
        """Choose what stands below: the next, the first after the last."""
        self.action_view(self.views[(self.views.index(self.view) + step) % len(self.views)])

    def action_view(self, view: str) -> None:
        """Choose what stands below."""
        self.view = view
        self._show_view()


def _span(view: BacktestView) -> str:
    return f"{fmt.utc_minute(view.result.start_ts_us)} to {fmt.utc_minute(view.result.end_ts_us)} UTC"
