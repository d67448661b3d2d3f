from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from psky.app.views import StudyView, TrialView
from psky.domain import text as fmt
from psky.errors import UsageError
from tui import filter as filters
from tui.board import JobBoard
from tui.columns import trials as columns
from tui.core import Core, RunKey, backtest_command
from tui.messages import TrialOpened, TrialsListed
from tui.screens.panel import Panel
from tui.screens.trial_text import describe
from tui.widgets.filterbar import FilterBar
from tui.widgets.pane import Pane
from tui.widgets.table import Table


class TrialsPanel(Panel):
    """The trials of one study."""

    GUIDE = (
        "The trials of the study, best first. Open one to backtest it.\n"
        "Filter: a word is looked for in number, state and parameters; trades>30 score>=0 state=complete win>55% "
        "compare a column (> < >= <= = !=), and all must hold. Columns: number, state, score, trades, win, r, "
        "r_day, dd, took and each parameter."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "filter", key_display="/")]

    def __init__(self, core: Core, board: JobBoard, study: StudyView) -> None:
        super().__init__(core, board)
        self.study = study
        self._trials: list[TrialView] = []

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.study.label, self.study.study)

    def body(self) -> Iterable[Widget]:
        """Return the list, the filter below it, and what is known of the trial under the cursor."""
        self.table: Table[TrialView] = Table(columns.columns(()), identity=lambda trial: trial.number, id="trials")
        self.table.sort_by("score", descending=True)
        self.bar = FilterBar(placeholder="trades>30 state=complete …", compact=True, id="filter")
        self.verdict = Static(id="verdict", markup=False)
        self.detail = Pane(id="trial")
        self.detail.border_title = "trial"
        return (self.table, self.bar, self.verdict, self.detail)

    def load(self) -> None:
        """Read the trials."""
        if not self.table.total:
            self.notice("reading the trials…")
        self.ask(lambda: self.core.list_trials(self.study.symbol, self.study.study), self._show)

    def command_line(self) -> str:
        """Return the command that backtests the trial under the cursor."""
        trial = self.table.current
        if trial is None:
            return self._tune_line()
        run = RunKey(symbol=self.study.symbol, study=self.study.study, trial=trial.number)
        return self.core.command_line(backtest_command(run))

    def palette(self) -> Iterable[SystemCommand]:
        """Return the commands for filter and order."""
        yield SystemCommand("Filter trials", "Show the trials that pass a filter", self.action_filter)
        for column in columns.columns(self._trials):
            yield SystemCommand(
                f"Sort by {column.title}",
                "Order the trials by this column, highest first",
                lambda key=column.key: self.table.sort_by(key, descending=True),
            )

    def _show(self, trials: list[TrialView]) -> None:
        self._trials = trials
        self.table.set_rows(trials, columns.columns(trials))
        self.notice(
            None
            if trials
            else f"This study has no trials yet. Type in a shell, then press r here:\n\n  {self._tune_line()}"
        )
        self._filter()
        if trials and self.focused is not self.bar:
            self.table.focus()
        self.post_message(TrialsListed(self.study, trials))

    def _tune_line(self) -> str:
        return self.core.command_line(["tune", "run", self.study.symbol, "--study", self.study.study, "--trials", "20"])

    # The filter

    def action_filter(self) -> None:
        """Type a filter."""
        self.add_class("-filtering")
        self.bar.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the filter where there is something to filter and it is not being typed."""
        if action == "filter":
            return bool(self._trials) and self.focused is not self.bar
        return super().check_action(action, parameters)

    def on_input_changed(self) -> None:
        """Filter as it is typed."""
        self._filter()

    def on_filter_bar_left(self) -> None:
        """Go back to the rows; an empty filter takes its line away."""
        self.set_class(bool(self.bar.value.strip()), "-filtering")
        self.table.focus()

    def _filter(self) -> None:
        accept: filters.Test[TrialView] | None
        try:
            accept = filters.parse(self.bar.value, columns.fields(self._trials), columns.search_text)
        except UsageError as error:
            self.verdict.update(f"✗ {error}")
            accept = None
        self.set_class(accept is None, "-impossible")
        self.table.set_filter(accept if self.bar.value.strip() else None)

    # The list

    def on_table_rearranged(self) -> None:
        """Say how many are shown and in what order."""
        shown, total = len(self.table.shown), self.table.total
        count = f"{fmt.integer(total)} trials"
        of = "" if shown == total else f"{fmt.integer(shown)} of "
        self.table.border_title = f"{of}{count}{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell more of the trial under the cursor."""
        trial = self.table.current
        if trial is not None:
            self.detail.border_title = f"trial {trial.number}"
        self.detail.show(describe(trial))

    def on_table_picked(self) -> None:
        """Open the trial under the cursor."""
        if self.table.current is not None:
            self.post_message(TrialOpened(self.study, self.table.current))
