from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.app.views import BacktestView, TradeView
from psky.domain import text as fmt
from tui.board import JobBoard, Run
from tui.columns import trades as columns
from tui.core import Core, JobLike
from tui.forms.backtest import backtest_form
from tui.keys import bind
from tui.messages import ChartOpened, RunAsked, RunFound, RunMoved, StopAsked
from tui.screens.backtest_text import VIEWS, describe
from tui.screens.form import FormScreen
from tui.screens.views import VIEW_KEYS, ViewsPanel
from tui.widgets.choicebar import ChoiceBar
from tui.widgets.equity import Equity
from tui.widgets.group import Group
from tui.widgets.pane import Pane
from tui.widgets.progress import run_text
from tui.widgets.table import Table
from tui.work import HOLDOUT, RunKey, Work

_TRADES = "trades"
_STEP = "1m"


class BacktestPanel(ViewsPanel):
    """One trial on one part of history: run it, watch it, read its result."""

    GUIDE = (
        "A trial on the hold-out or on one of its folds. A run is a process of its own: it goes on when you leave the "
        "panel or psky. On a fold, the digest of the ledger must equal the one that the tuner stored. Below stand "
        "the trades (open one to see its candles), the smell tests, the same verdicts under other fill rules and at "
        "harder conditions, or the funnel."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("b", "run", "run"),
        bind("x", "stop", "stop"),
        bind("p", "next_part(1)", "next part"),
        bind("n", "form", "new backtest"),
        bind("w", "report", "open report"),
        *VIEW_KEYS,
        bind("P", "next_part(-1)", "previous part", show=False),
    ]

    views = (_TRADES, *VIEWS)

    def __init__(self, core: Core, board: JobBoard, key: RunKey, label: str, parts: tuple[str, ...]) -> None:
        super().__init__(core, board)
        self.key = key
        self.label = label
        self.plain = parts
        self._others = () if key.part in parts and not key.changes else (key,)
        self.view = _TRADES
        self.shown: BacktestView | None = None

    @property
    def part(self) -> str:
        """The part of history that is shown."""
        return self.key.part

    @property
    def keys(self) -> tuple[RunKey, ...]:
        """What can be shown: the parts as tuned, then the ranges and overrides that were asked for here."""
        return (*(replace(self.key, part=part, changes=()) for part in self.plain), *self._others)

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.label, self.key.study, f"trial {self.key.trial}", self.key.title)

    def body(self) -> Iterable[Widget]:
        """Return the parts, the run, and the result: picture, numbers, and a view of your choice."""
        self.bar = ChoiceBar("part", id="parts")
        self.progress = Pane(id="run", can_maximize=False)
        self.equity = Equity(id="equity")
        self.numbers = Pane(id="numbers")
        self.numbers.border_title = "metrics"
        self.trades: Table[TradeView] = Table(columns.COLUMNS, identity=id, id="trades")
        self.viewbar = ChoiceBar("view", id="views")
        self.detail = Pane(id="detail")
        result = Group(self.equity, self.numbers, self.viewbar, self.trades, self.detail, classes="result")
        return (self.bar, self.progress, result)

    def load(self) -> None:
        """Read the result of the chosen part."""
        self._show_run(self.board.run(self.key))
        self.ask(partial(self._read, self.key), self._take)

    def _read(self, key: RunKey) -> tuple[JobLike | None, BacktestView | None]:
        run = self.board.run(key)
        job = None if run is not None and run.active else self.core.find_running(key)
        return job, self.core.load_backtest(key)

    def _take(self, found: tuple[JobLike | None, BacktestView | None]) -> None:
        job, view = found
        if job is not None:
            self.post_message(RunFound(self.key, job))
        self._show(view)

    def command_line(self) -> str:
        """Return the command that runs this backtest."""
        return self.core.command_line(self.key.command)

    def palette(self) -> Iterable[SystemCommand]:
        """Return the commands for running and for the parts."""
        if self.check_action("run", ()):
            yield SystemCommand(
                "Run backtest", f"Start it for {self.key.title}, in a process of its own", self.action_run
            )
        if self.check_action("stop", ()):
            yield SystemCommand("Stop backtest", "Ask the running backtest to stop", self.action_stop)
        yield SystemCommand("New backtest", "A range of time, another fill rule, overrides", self.action_form)
        if self.check_action("report", ()):
            yield SystemCommand("Open report", "The HTML report, in a browser", self.action_report)
        for key in self.keys:
            yield SystemCommand(f"Show {key.title}", "Choose what was replayed", partial(self.action_part, key.title))
        if self.shown is not None:
            yield from self.view_commands()

    # The result

    def _show(self, view: BacktestView | None) -> None:
        self.shown = view
        self._show_parts("" if view is None else _span(view))
        self.notice(None if view is not None else self._unrun())
        self.equity.show(view)
        self.numbers.show(Content() if view is None else describe(view))
        self.trades.set_rows(() if view is None else view.trades)
        self.show_view()
        if view is None:
            self.progress.focus()
        elif self.focused not in {self.equity, self.numbers, self.trades, self.detail}:
            self._below.focus()

    def _show_parts(self, words: str) -> None:
        self.bar.show([key.title for key in self.keys], self.key.title, words)

    @property
    def _below(self) -> Widget:
        return self.trades if self.view == _TRADES else self.detail

    def show_view(self) -> None:
        """Show the view that was chosen."""
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
        where = f"the {self.key.title}" if self.part == HOLDOUT else self.key.title
        return f"Not run yet on {where}. b runs it here; in a shell:\n\n  {self.command_line()}"

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        self.trades.border_title = f"{fmt.counted(self.trades.total, 'trade')}{self.trades.sort_text}"

    def on_table_picked(self) -> None:
        """Go to the candles at which the trade under the cursor was entered."""
        trade = self.trades.current
        if trade is not None and self.shown is not None:
            chart = ChartOpened(self.key.symbol, at_us=trade.entry_ts_us, step=_STEP, trades=self.shown.trades)
            self.post_message(chart)

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

    def follow(self, work: Work) -> None:
        """Show other work on the trial, which a form asked for."""
        if isinstance(work, RunKey):
            if work not in self.keys:
                self._others = (*self._others, work)
            self._choose(work)

    def _show_run(self, run: Run | None) -> None:
        self.set_class(run is not None, "-ran")
        self.progress.can_focus = run is not None and run.state in {"failed", "killed"}  # its error can be copied
        if run is not None:
            self.progress.show(run_text(run))
        if self.has_class("-noticed"):
            self.notice(self._unrun())
        self.refresh_bindings()

    # Keys

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to run what does not run, and to stop what does."""
        run = self.board.run(self.key)
        if action == "run":
            return run is None or not run.active
        if action == "next_part":
            return len(self.keys) > 1
        if action == "next_view":
            return self.shown is not None and self.maximized is None
        if action == "report":
            return self.shown is not None
        if action == "stop":
            return run is not None and run.active and run.job is not None
        return super().offers(action, parameters)

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
        self._choose(self.keys[(self.keys.index(self.key) + step) % len(self.keys)])

    def action_part(self, title: str) -> None:
        """Choose what was replayed, by its title."""
        self._choose(next(key for key in self.keys if key.title == title))

    def _choose(self, key: RunKey) -> None:
        self.key = key
        self.show_path()
        self._show_parts("reading…")
        self.load()

    def action_form(self) -> None:
        """Ask for a range, a fill rule and overrides, and run that."""
        self.app.push_screen(FormScreen(self.core, backtest_form(self.key, self.plain)), self._asked)

    def _asked(self, work: Work | None) -> None:
        if work is not None:
            self.post_message(RunAsked(work))
            self.follow(work)

    def action_report(self) -> None:
        """Open the HTML report."""
        if self.shown is not None:
            path = (self.shown.folder / "report.html").resolve()
            self.app.open_url(path.as_uri())
            self.say(f"opening {path.name}")


def _span(view: BacktestView) -> str:
    return f"{fmt.utc_minute(view.result.start_ts_us)} to {fmt.utc_minute(view.result.end_ts_us)} UTC"
