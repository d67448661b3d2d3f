from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.app.job_status import STOPPING, Stopped, progress_words, stopped_words
from psky.app.job_views import JobView
from psky.domain import text as fmt
from psky.errors import PskyError
from tui.columns import jobs as columns
from tui.keys import bind
from tui.messages import Answered, Refused
from tui.screens.confirm import ConfirmScreen
from tui.screens.panel import Panel
from tui.widgets.pane import Pane
from tui.widgets.table import Table

_EMPTY = """No jobs yet. What the workstation starts appears here, and what a shell starts with --detach:

  psky tune run BTCUSDT --trials 200 --study first --detach"""


class JobsPanel(Panel):
    """Every job, whoever started it."""

    GUIDE = (
        "Long work, in processes of their own: leaving psky stops none. Stopping lets a job finish what it is at; "
        "stopping it again kills it. Open a job to read its log."
    )
    BINDINGS: ClassVar[list[BindingType]] = [bind("x", "stop", "stop")]

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list, what is known of the job under the cursor, and its log."""
        self.table: Table[JobView] = Table(columns.COLUMNS, identity=lambda view: view.id, id="jobs")
        self.detail = Pane(id="job")
        self.detail.border_title = "job"
        self.log_pane = Pane(id="log")
        self.log_pane.border_title = "log"
        self._reading = False
        self._log_of = ""
        return (self.table, self.detail, self.log_pane)

    def load(self) -> None:
        """Read the jobs."""
        if not self.table.total:
            self.notice("reading the jobs…")
        self.look()

    def look(self) -> None:
        """Read the jobs again, unless that is being done."""
        if not self._reading:
            self._reading = True
            self.ask(self.core.list_jobs, self._show)

    def command_line(self) -> str:
        """Return the command that watches the job under the cursor."""
        view = self.table.current
        return self.core.command_line(["jobs", "list"] if view is None else ["jobs", "watch", view.id])

    def palette(self) -> Iterable[SystemCommand]:
        """Return the command that stops."""
        if self.check_action("stop", ()):
            yield SystemCommand("Stop job", "Ask the job under the cursor to stop", self.action_stop)

    def _show(self, views: list[JobView]) -> None:
        self._reading = False
        first = not self.table.total
        self.table.set_rows(views)
        self.notice(None if views else _EMPTY)
        if views and first:
            self.table.focus()
        self.refresh_bindings()

    def on_refused(self, message: Refused) -> None:
        """Let the next look try again."""
        super().on_refused(message)
        message.prevent_default()
        self._reading = False

    # The list

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        running = sum(view.status.active for view in self.table.shown)
        self.table.border_title = f"{fmt.counted(self.table.total, 'job')}, {running} running{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell more of the job under the cursor."""
        view = self.table.current
        self.detail.show(Content() if view is None else _describe(view))
        if view is not None:
            self.log_pane.border_title = f"log of {view.id}"
            self.run_worker(partial(self._read_log, view.id), group="log", thread=True, exclusive=True)

    def _read_log(self, job_id: str) -> None:
        try:
            text = self.core.read_log(job_id)
        except (PskyError, OSError) as error:
            text = f"✗ {error}"
        self.post_message(Answered(partial(self._show_log, job_id, text)))

    def _show_log(self, job_id: str, text: str) -> None:
        view = self.table.current
        if view is None or view.id != job_id:
            return
        follow = self._log_of != job_id or self.log_pane.is_vertical_scroll_end
        self._log_of = job_id
        self.log_pane.show(Content(text))
        if follow:
            self.log_pane.scroll_end(animate=False)

    def on_table_picked(self) -> None:
        """Read the log on the whole screen."""
        self.log_pane.focus()
        self.maximize(self.log_pane, container=False)
        self.refresh_bindings()

    # Stopping

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop what runs."""
        if action == "stop":
            view = self.table.current
            return view is not None and view.status.active
        return super().offers(action, parameters)

    def action_stop(self) -> None:
        """Ask before the job under the cursor is asked to stop, or killed where it was asked."""
        view = self.table.current
        if view is None:
            return
        verb = "Kill" if view.status.state == STOPPING else "Stop"
        question = f"{verb} job {view.id}?\n\n{columns.command_text(view)}"
        self.app.push_screen(ConfirmScreen(question), partial(self._confirmed, view.id))

    def _confirmed(self, job_id: str, sure: bool | None) -> None:  # noqa: FBT001 - as Textual calls back
        if sure:
            self.ask(lambda: self.core.stop_job(job_id), partial(self._stopped, job_id))

    def _stopped(self, job_id: str, done: Stopped) -> None:
        self.say(stopped_words(job_id, done))
        self.look()


def _describe(view: JobView) -> Content:
    status = view.status
    lines = [
        ("state", columns.state_text(view)),
        ("progress" if status.active else "last word", progress_words(status)),
        ("command", columns.command_text(view)),
        ("folder", str(view.folder)),
        *((fmt.title(name), fmt.metric(name, value)) for name, value in status.metrics.items()),
        *(("warning", warning) for warning in status.warnings),
    ]
    return Content("\n").join(Content.assemble((f"{name:<12}", "dim"), value) for name, value in lines)
