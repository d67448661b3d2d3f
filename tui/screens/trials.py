from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from psky.app.views import StudyView, TrialView
from psky.domain import text as fmt
from psky.errors import UsageError
from tui import filter as filters
from tui.board import JobBoard
from tui.columns import trials as columns
from tui.columns.column import Column
from tui.core import Core
from tui.keys import bind
from tui.messages import BacktestOpened, RunAsked, TrialOpened, TrialsListed
from tui.reading import Reading
from tui.screens.columns import ColumnsScreen
from tui.screens.parallel_text import parallel
from tui.screens.study_text import comparison, history, importance, selection, slice_of
from tui.screens.trial_text import describe
from tui.screens.views import VIEW_KEYS, ViewsPanel
from tui.widgets.choicebar import ChoiceBar
from tui.widgets.filterbar import FilterBar
from tui.widgets.pane import Pane
from tui.widgets.parallel import Lines, Parallel
from tui.widgets.scatter import Picture, Scatter
from tui.widgets.table import Table
from tui.work import RunKey, Task

if TYPE_CHECKING:
    from psky.app.study_report import StudyReport

_PICTURES = frozenset({"history", "slice"})
_OF_STUDY = frozenset({"importance", "parallel", "selection"})
_OF_CURSOR = frozenset({"trial", "slice", "parallel"})
_FEW = "too few complete trials to tell which values matter; from ten on they are weighed"


class TrialsPanel(ViewsPanel):
    """The trials of one study, and the study as a whole."""

    GUIDE = (
        "The trials of the study, best first. Open one to see its spec; b goes straight to its backtest.\n"
        "Filter: a word is looked for in number, state and parameters; trades>30 score>=0 state=complete win>55% "
        "compare a column (> < >= <= = !=), and all must hold. Columns: number, state, score, trades, win, r, "
        "r_day, dd, took and each parameter.\n"
        "Views: the trial under the cursor; the scores by trial and the best so far; which tuned values matter; the "
        "scores over the value in the cursor's column; every trial as a line over parallel axes, the most important "
        "values first (◆ the best tenth, ● the one under the cursor, faint what breaks a constraint; h and l there, or "
        "the cursor's column, move where not all axes fit); who was shown the hold-out and what became of it; and two "
        "marked trials side by side."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("slash", "filter", "filter", key_display="/"),
        bind("b", "backtest", "backtest"),
        *VIEW_KEYS,
        bind("m", "mark", "mark"),
        bind("C", "columns", "columns"),
        bind("P", "pause_study", "pause"),
        bind("R", "resume_study", "resume"),
    ]

    views = ("trial", "history", "importance", "slice", "parallel", "selection", "compare")

    def __init__(self, core: Core, board: JobBoard, study: StudyView) -> None:
        super().__init__(core, board)
        self.study = study
        self.view = self.views[0]
        self.marked: list[int] = []
        self._trials: list[TrialView] = []
        self._report: StudyReport | None = None
        self._lines: Lines | None = None
        self._hidden: frozenset[str] = frozenset()
        self._reading = Reading()
        self._asked_for_report = False

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.study.label, self.study.study)

    def body(self) -> Iterable[Widget]:
        """Return the list, the filter below it, and a view of the trial under the cursor or of the study."""
        self.table: Table[TrialView] = Table(columns.columns(()), identity=lambda trial: trial.number, id="trials")
        self.table.sort_by("score", descending=True)
        self.bar = FilterBar(placeholder="trades>30 state=complete …", compact=True, id="filter")
        self.verdict = Static(id="verdict", markup=False)
        self.viewbar = ChoiceBar("view", id="views")
        self.detail = Pane(id="trial")
        self.picture = Scatter(id="picture")
        self.parallel = Parallel(id="parallel")
        return (self.table, self.bar, self.verdict, self.viewbar, self.detail, self.picture, self.parallel)

    def load(self) -> None:
        """Read the trials."""
        if not self.table.total:
            self.notice("reading the trials…")
        self._reading.begin()
        self._report = None
        self._asked_for_report = False
        self.ask(lambda: self.core.list_trials(self.study.symbol, self.study.study), self._show)

    def look(self) -> None:
        """Read again while the study is at work."""
        if self._at_work and self._reading.is_due:
            self.load()

    def command_line(self) -> str:
        """Return the command that backtests the trial under the cursor, or that shows the study."""
        if self.view in _OF_STUDY:
            return self.core.command_line(["studies", "show", self.study.symbol, "--study", self.study.study])
        trial = self.table.current
        return self._tune_line() if trial is None else self.core.command_line(self._key(trial).command)

    def palette(self) -> Iterable[SystemCommand]:
        """Return the commands for filter, views, marks, order, and for the study itself."""
        yield SystemCommand("Filter trials", "Show the trials that pass a filter", self.action_filter)
        yield SystemCommand("Choose columns", "Show and hide columns of the trials", self.action_columns)
        yield SystemCommand("Mark trial", "Mark or unmark it; two marked trials are compared", self.action_mark)
        if self.check_action("pause_study", ()):
            yield SystemCommand("Pause study", "Stop after the trials at work", self.action_pause_study)
        if self.check_action("resume_study", ()):
            yield SystemCommand("Resume study", "Run the trials that are left, as a job", self.action_resume_study)
        yield from self.view_commands()
        for column in self._columns():
            yield SystemCommand(
                f"Sort by {column.title}",
                "Order the trials by this column, highest first",
                lambda key=column.key: self.table.sort_by(key, descending=True),
            )

    def _show(self, trials: list[TrialView]) -> None:
        self._reading.end()
        self._trials, self._lines = trials, None
        self.table.set_rows(trials, self._columns())
        self.notice(
            None
            if trials
            else f"This study has no trials yet. Type in a shell, then press r here:\n\n  {self._tune_line()}"
        )
        self._filter()
        if trials and self.focused is not self.bar:
            self.table.focus()
        self.show_view()
        self.refresh_bindings()
        self.post_message(TrialsListed(self.study, trials))

    def _tune_line(self) -> str:
        return self.core.command_line(["tune", "run", self.study.symbol, "--study", self.study.study, "--trials", "20"])

    def _key(self, trial: TrialView) -> RunKey:
        return RunKey(symbol=self.study.symbol, study=self.study.study, trial=trial.number)

    def _columns(self) -> tuple[Column[TrialView], ...]:
        return tuple(
            column for column in columns.columns(self._trials, frozenset(self.marked)) if column.key not in self._hidden
        )

    @property
    def _at_work(self) -> bool:
        return any(trial.state == "running" for trial in self._trials)

    # The filter

    def action_filter(self) -> None:
        """Type a filter."""
        self.add_class("-filtering")
        self.bar.focus()

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the trials that there are."""
        if action == "filter":
            return bool(self._trials) and self.focused is not self.bar
        if action in {"mark", "backtest", "columns"}:
            return self.table.current is not None and self.maximized is None
        if action == "next_view":
            return bool(self._trials) and self.maximized is None
        if action == "pause_study":
            return self._at_work
        if action == "resume_study":
            return bool(self._trials) and not self._at_work
        return super().offers(action, parameters)

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
        count = fmt.counted(total, "trial")
        of = "" if shown == total else f"{fmt.integer(shown)} of "
        self.table.border_title = f"{of}{count}{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell more of the trial under the cursor."""
        if self.view in _OF_CURSOR:
            self.show_view()

    def on_table_picked(self) -> None:
        """Open the trial under the cursor."""
        if self.table.current is not None:
            self.post_message(TrialOpened(self.study, self.table.current))

    def action_backtest(self) -> None:
        """Open the backtest of the trial under the cursor."""
        trial = self.table.current
        if trial is not None:
            self.post_message(BacktestOpened.of(self.study, trial))

    def action_mark(self) -> None:
        """Mark the trial under the cursor, or take its mark away; of more than two the latest two stay."""
        trial = self.table.current
        if trial is None:
            return
        if trial.number in self.marked:
            self.marked.remove(trial.number)
        else:
            self.marked = [*self.marked, trial.number][-2:]
        self.table.set_rows(self._trials, self._columns())
        if len(self.marked) == 2:
            self.action_view("compare")
        self.say(f"marked: {', '.join(map(str, self.marked)) or 'none'}")

    def action_columns(self) -> None:
        """Choose which columns are shown."""
        known = columns.columns(self._trials)
        self.app.push_screen(ColumnsScreen(known, self._hidden), self._show_columns)

    def _show_columns(self, hidden: frozenset[str] | None) -> None:
        if hidden is not None:
            self._hidden = hidden
            self.table.set_rows(self._trials, self._columns())

    # What stands below

    def show_view(self) -> None:
        """Show the view that was chosen."""
        self.viewbar.show(self.views, self.view)
        self.set_class(self.view in _PICTURES, "-pictured")
        self.set_class(self.view == "parallel", "-parallel")
        unread = self.view in _OF_STUDY and self._report is None
        if unread:
            self._ask_for_report()
        if self.view == "parallel":
            self._show_parallel()
        elif unread:
            self.detail.show(Content.styled("reading…", "dim"))
        elif self.view in _PICTURES:
            self.picture.show(history(self._trials) if self.view == "history" else self._slice())
        else:
            self.detail.border_title = self.view
            self.detail.show(self._text())

    def _ask_for_report(self) -> None:
        if not self._asked_for_report:
            self._asked_for_report = True
            self.ask(partial(self.core.inspect_study, self.study.symbol, self.study.study), self._take_report)

    def _take_report(self, report: StudyReport) -> None:
        self._report, self._lines = report, None
        self.show_view()

    def _show_parallel(self) -> None:
        if self._lines is None:
            # The axes are put in order when the importance of the values is known.
            self._lines = parallel(self._trials, {} if self._report is None else self._report.importance)
        trial = self.table.current
        self.parallel.show(self._lines, self._parameter, None if trial is None else trial.number)

    @property
    def _parameter(self) -> str:
        """The tuned value in the cursor's column, empty where there is another."""
        names = {name.lower(): name for trial in self._trials for name in trial.params}
        return names.get(self.table.current_column.key.removeprefix("param_"), "")

    def _slice(self) -> Picture:
        first = next((name for trial in self._trials for name in trial.params), "")
        return slice_of(self._trials, self._parameter or first)

    def _text(self) -> Content:
        if self.view == "compare":
            found = {trial.number: trial for trial in self._trials}
            pair = [found[number] for number in self.marked if number in found]
            return comparison(*pair) if len(pair) == 2 else Content.styled("m marks a trial; mark two", "dim")
        if self.view in _OF_STUDY and self._report is not None:
            report = self._report
            return importance(report.importance.items(), _FEW) if self.view == "importance" else selection(report)
        trial = self.table.current
        if trial is not None:
            self.detail.border_title = f"trial {trial.number}"
        return describe(trial)

    # The study

    def action_pause_study(self) -> None:
        """Ask every process that tunes the study to stop after its trial."""
        self.ask(partial(self.core.pause_study, self.study.symbol, self.study.study), self._paused)

    def _paused(self, done: None) -> None:
        del done
        self.say("pauses after the trials at work; R goes on")
        self._read_on()

    def action_resume_study(self) -> None:
        """Run the trials that are left, as a job."""
        self.ask(partial(self.core.trials_left, self.study.symbol, self.study.study), self._resume)

    def _resume(self, left: int) -> None:
        symbol, name = self.study.symbol, self.study.study
        if left:
            command = ("tune", "resume", symbol, "--study", name)
            self.post_message(RunAsked(Task(title=f"resume {name} of {symbol}", command=command)))
        else:
            self.say("no trials are left to run; more: n on the studies")
        self._read_on()

    def _read_on(self) -> None:
        """Ask for the report again, whose place another question may have taken."""
        self._asked_for_report = False
        self.show_view()
