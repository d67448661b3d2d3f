from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from psky.domain import text as fmt
from tui.columns import live as columns
from tui.messages import SessionOpened, SessionsListed
from tui.screens.panel import Panel
from tui.widgets.table import Table

if TYPE_CHECKING:
    from psky.app.live_views import SessionRow

_EMPTY = """No live sessions yet. Type in a shell, then press r here; a simulator needs no account:

  psky sim serve BTCUSDT
  psky live run BTCUSDT --env sim --address http://127.0.0.1:8765 --study first --trial 17"""


class SessionsPanel(Panel):
    """Every live session, running and recorded."""

    GUIDE = (
        "The sessions that trade and those that have traded, with what each left in its journal. Open one to watch it, "
        "or to replay it."
    )

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        self.table: Table[SessionRow] = Table(columns.SESSIONS, identity=lambda row: row.session, id="sessions")
        self.table.sort_by("started", descending=True)
        return (self.table,)

    def load(self) -> None:
        """Read the sessions."""
        if not self.table.total:
            self.notice("reading the sessions…")
        self.ask(self.core.list_sessions, self._show)

    def command_line(self) -> str:
        """Return the command that watches the session under the cursor."""
        row = self.table.current
        if row is None:
            return self.core.command_line(["live", "run", "--help"])
        return self.core.command_line(["live", "watch", row.symbol, "--session", row.session])

    def _show(self, rows: tuple[SessionRow, ...]) -> None:
        self.table.set_rows(rows)
        self.notice(None if rows else _EMPTY)
        if rows:
            self.table.focus()
        self.post_message(SessionsListed(rows))

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        running = sum(row.running for row in self.table.shown)
        total = fmt.integer(self.table.total)
        self.table.border_title = f"{total} sessions, {running} running{self.table.sort_text}"

    def on_table_picked(self) -> None:
        """Open the session under the cursor."""
        if self.table.current is not None:
            self.post_message(SessionOpened(self.table.current))
