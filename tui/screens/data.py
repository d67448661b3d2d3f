from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from psky.domain import text as fmt
from tui.columns import symbols as columns
from tui.screens.panel import Panel
from tui.widgets.table import Table

if TYPE_CHECKING:
    from psky.app.data import SymbolSummary

_EMPTY = """No tapes yet. Type in a shell, then press r here:

  psky data import <files or folder> --symbol BTCJPY
  psky demo
      a synthetic tape with a planted edge, tuned from end to end"""


class DataPanel(Panel):
    """Every symbol that has a tape."""

    GUIDE = "The symbols that have a tape, and what it covers."

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        self.table: Table[SymbolSummary] = Table(
            columns.COLUMNS, identity=lambda row: row.symbol, picks=False, id="symbols"
        )
        return (self.table,)

    def load(self) -> None:
        """Read the symbols."""
        if not self.table.total:
            self.notice("reading the tapes…")
        self.ask(self.core.list_symbols, self._show)

    def command_line(self) -> str:
        """Return the command that checks the tape under the cursor."""
        row = self.table.current
        return self.core.command_line(["data", "list"] if row is None else ["data", "check", row.symbol])

    def _show(self, symbols: list[SymbolSummary]) -> None:
        self.table.set_rows(symbols)
        self.notice(None if symbols else _EMPTY)
        if symbols:
            self.table.focus()

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        self.table.border_title = f"{fmt.integer(self.table.total)} symbols{self.table.sort_text}"
