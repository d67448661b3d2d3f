from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.domain import text as fmt
from tui.board import JobBoard
from tui.columns import results as columns
from tui.core import Core
from tui.keys import bind
from tui.messages import BacktestOpened
from tui.screens.compare_text import compared
from tui.screens.panel import Panel
from tui.widgets.pane import Pane
from tui.widgets.table import Table
from tui.work import HOLDOUT, RunKey

if TYPE_CHECKING:
    from psky.app.results import ComparedView, ResultList, ResultRow

_EMPTY = """No backtests yet. Open a trial of a study and press b, or type in a shell and press r here:

  psky backtest run SYMBOL --study STUDY --trial N"""


class BacktestsPanel(Panel):
    """Every backtest that was run, and two of them side by side."""

    GUIDE = (
        "The backtests of all studies, newest first, whoever ran them. Open one to see its result; mark two of a "
        "symbol to set them side by side."
    )
    BINDINGS: ClassVar[list[BindingType]] = [bind("m", "mark", "mark")]

    def __init__(self, core: Core, board: JobBoard) -> None:
        super().__init__(core, board)
        self.marked: list[str] = []
        self._found: ResultList | None = None

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list and what is known of the one under the cursor, or of the two that are marked."""
        self.table: Table[ResultRow] = Table(columns.columns(), identity=lambda row: row.id, id="results")
        self.detail = Pane(id="result")
        return (self.table, self.detail)

    def load(self) -> None:
        """Read the list."""
        if not self.table.total:
            self.notice("reading the backtests…")
        self.ask(self.core.list_results, self._show)

    def command_line(self) -> str:
        """Return the command that compares what is marked, or that lists."""
        if len(self.marked) == 2:
            return self.core.command_line(["backtest", "compare", *self.marked])
        return self.core.command_line(["backtest", "list"])

    def palette(self) -> Iterable[SystemCommand]:
        """Return the command that marks."""
        yield SystemCommand("Mark backtest", "Mark or unmark it; two marked ones are compared", self.action_mark)

    def _show(self, found: ResultList) -> None:
        first, self._found = self._found is None, found
        self.table.set_rows(found.results, columns.columns(frozenset(self.marked)))
        self.notice(None if found.results else "\n".join([_EMPTY, *found.unreadable]))
        if found.results and first:
            self.table.focus()
        self.refresh_bindings()

    # The list

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        left_out = 0 if self._found is None else len(self._found.unreadable)
        more = f", {left_out} cannot be read" if left_out else ""
        self.table.border_title = f"{fmt.counted(self.table.total, 'backtest')}{more}{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell more of the backtest under the cursor, unless two are compared."""
        if len(self.marked) < 2:
            row = self.table.current
            self.detail.border_title = "backtest"
            self.detail.show(Content() if row is None else _describe(row))

    def on_table_picked(self) -> None:
        """Open the backtest under the cursor."""
        row = self.table.current
        if row is not None:
            self.post_message(BacktestOpened(_key(row), row.label, _parts(row, self.table.shown)))

    # Two of them

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to mark what there is."""
        if action == "mark":
            return self.table.current is not None and self.maximized is None
        return super().offers(action, parameters)

    def action_mark(self) -> None:
        """Mark the backtest under the cursor, or take its mark away; of more than two the latest two stay."""
        row = self.table.current
        if row is None or self._found is None:
            return
        if row.id in self.marked:
            self.marked.remove(row.id)
        else:
            self.marked = [*self.marked, row.id][-2:]
        self.table.set_rows(self._found.results, columns.columns(frozenset(self.marked)))
        if len(self.marked) == 2:
            self.detail.border_title = "compared"
            self.detail.show(Content.styled("comparing…", "dim"))
            self.ask(partial(self.core.compare_results, *self.marked), self._show_compared)

    def _show_compared(self, view: ComparedView) -> None:
        self.detail.show(compared(view))


def _key(row: ResultRow) -> RunKey:
    return RunKey(symbol=row.symbol, study=row.study, trial=row.trial, part=row.part, changes=row.settings)


def _parts(row: ResultRow, rows: Iterable[ResultRow]) -> tuple[str, ...]:
    """Return the hold-out and the folds of a trial that have a result."""
    same = (one.part for one in rows if (one.symbol, one.study, one.trial) == (row.symbol, row.study, row.trial))
    return tuple(
        sorted({HOLDOUT, *(part for part in same if part.startswith("fold"))}, key=lambda part: part != HOLDOUT)
    )


def _describe(row: ResultRow) -> Content:
    lines = (
        ("symbol", row.label),
        ("study", row.study),
        ("replayed", f"{fmt.utc_minute(row.start_ts_us)} to {fmt.utc_minute(row.end_ts_us)} UTC"),
        ("smells", ", ".join(row.smells) or "none"),
        ("overrides", ", ".join(row.settings) or "none"),
        ("folder", str(row.folder)),
    )
    return Content("\n").join(Content.assemble((f"{name:<12}", "dim"), value) for name, value in lines)
