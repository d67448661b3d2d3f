from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.widget import Widget

from psky.app.views import StudyView
from psky.domain import text as fmt
from tui.board import JobBoard
from tui.columns import live as columns
from tui.core import Core
from tui.forms.live import live_form
from tui.keys import bind
from tui.messages import RunAsked, SessionOpened, SessionsListed
from tui.reading import Reading
from tui.screens.form import FormScreen
from tui.screens.panel import Panel
from tui.widgets.table import Table
from tui.work import Work

if TYPE_CHECKING:
    from psky.app.live_views import SessionRow

_EMPTY = """No live sessions yet. n starts one. In a shell, then r here; a simulator needs no account:

  psky sim serve --tape BTCUSDT --port 8765
  psky live run BTCUSDT --env sim --address http://127.0.0.1:8765 --study first --trial 17"""


class SessionsPanel(Panel):
    """Every live session, running and recorded."""

    GUIDE = (
        "The sessions that trade and those that have traded, with what each left in its journal. Open one to watch it, "
        "or to replay it; n starts a new one as a job."
    )

    BINDINGS: ClassVar[list[BindingType]] = [bind("n,L", "new", "new session")]

    def __init__(self, core: Core, board: JobBoard) -> None:
        super().__init__(core, board)
        self._reading = Reading()

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
        self._reading.begin()
        self.ask(self.core.list_sessions, self._show)

    def look(self) -> None:
        """Read again while work goes on that may be a session."""
        if self.board.active() and self._reading.is_due:
            self.load()

    def palette(self) -> Iterable[SystemCommand]:
        """Return the command for a new session."""
        if self.check_action("new", ()):
            yield SystemCommand("New session", "Trade a trained trial, as a job", self.action_new)

    def command_line(self) -> str:
        """Return the command that watches the session under the cursor."""
        row = self.table.current
        if row is None:
            return self.core.command_line(["live", "run", "--help"])
        return self.core.command_line(["live", "watch", row.symbol, "--session", row.session])

    def action_new(self) -> None:
        """Ask what is to be traded, and where."""
        self.ask(self.core.list_studies, self._ask_for_session)

    def _ask_for_session(self, studies: list[StudyView]) -> None:
        symbols = tuple(dict.fromkeys(study.symbol for study in studies))
        row, limits = self.table.current, self.core.limits
        best = next((study for study in studies if study.best_trial is not None), None)
        if row is not None:
            form = live_form(limits, symbol=row.symbol, study=row.study, trial=row.trial, symbols=symbols)
        elif best is not None:
            form = live_form(limits, symbol=best.symbol, study=best.study, trial=best.best_trial, symbols=symbols)
        else:
            form = live_form(limits, symbols=symbols)
        self.app.push_screen(FormScreen(self.core, form), self._asked)

    def _asked(self, work: Work | None) -> None:
        if work is not None:
            self.post_message(RunAsked(work))
            self.say(f"started: {work}; 5 shows the job")

    def _show(self, rows: tuple[SessionRow, ...]) -> None:
        self._reading.end()
        self.table.set_rows(rows)
        self.notice(None if rows else _EMPTY)
        if rows:
            self.table.focus()
        self.post_message(SessionsListed(rows))

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        running = sum(row.running for row in self.table.shown)
        self.table.border_title = f"{fmt.counted(self.table.total, 'session')}, {running} running{self.table.sort_text}"

    def on_table_picked(self) -> None:
        """Open the session under the cursor."""
        if self.table.current is not None:
            self.post_message(SessionOpened(self.table.current))
