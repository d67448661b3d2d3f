from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from psky.errors import PskyError
from tui.core import Core
from tui.keys import bind
from tui.messages import Answered, Refused
from tui.screens.confirm import ConfirmScreen
from tui.widgets.pane import Pane
from tui.work import Work

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A line of a form: what is asked, what stands there, and what may be typed."""

    key: str
    label: str
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that makes a piece of work of what is typed.

    `work` raises `PskyError` for what cannot be; `about` is what stands below the fields, and may change with them;
    `question` is what has to be answered with yes before the work is started, None for nothing.
    """

    title: str
    fields: Sequence[Field]
    work: Callable[[Values], Work]
    about: Callable[[Values], Content]
    question: Callable[[Values], str | None] = lambda _values: None


class FormScreen(ModalScreen[Work]):
    """Fields, the command that they make, and the reason why it cannot be run; answers with the work, or nothing.

    The command is rehearsed before the form closes, so that a mistake is shown while it can be mended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("ctrl+s", "submit", "start"),
        bind("ctrl+y", "copy_line", "copy form's command", show=False),
        bind("down", "app.focus_next", "next field", show=False),
        bind("up", "app.focus_previous", "previous field", show=False),
        bind("escape", "cancel", "cancel"),
    ]

    def __init__(self, core: Core, form: Form) -> None:
        super().__init__()
        self.core = core
        self.form = form
        self._checking = False

    def compose(self) -> ComposeResult:
        """Show a line a field, the command and what it is about in a box."""
        with Container() as box:
            box.border_title = self.form.title
            box.border_subtitle = "enter next · ctrl+y copies · ctrl+s starts · esc cancels"
            for field in self.form.fields:
                with Horizontal(classes="field"):
                    yield Static(field.label, classes="label", markup=False)
                    yield Input(field.value, placeholder=field.hint, compact=True, name=field.key)
            yield Static(id="command", markup=False)
            yield Static(id="problem", markup=False)
            yield Pane(id="about", can_maximize=False)

    def on_mount(self) -> None:
        """Begin at the first field."""
        self.query(Input).first().focus()
        self._tell()

    @property
    def values(self) -> Values:
        """What is typed, by field."""
        return {str(one.name): one.value.strip() for one in self.query(Input)}

    def on_input_changed(self) -> None:
        """Show what the fields make."""
        self._tell()

    def on_input_submitted(self) -> None:
        """Go to the next field; start at the last."""
        if self.focused is self.query(Input).last():
            self.action_submit()
        else:
            self.focus_next()

    def _tell(self) -> None:
        try:
            self.query_one("#about", Pane).show(self.form.about(self.values))
            work = self.form.work(self.values)
        except PskyError as error:
            self._problem(f"✗ {error}")
            return
        self._problem("")
        self.query_one("#command", Static).update(self.core.command_line(work.command))

    def _problem(self, text: str) -> None:
        self.query_one("#problem", Static).update(text)

    def action_submit(self) -> None:
        """Rehearse the command; close where it would run."""
        try:
            work, question = self.form.work(self.values), self.form.question(self.values)
        except PskyError as error:
            self._problem(f"✗ {error}")
            return
        self._problem("checking…")
        self.run_worker(lambda: self._rehearse(work, question), thread=True, exclusive=True, group="rehearse")

    def _rehearse(self, work: Work, question: str | None) -> None:
        worker = get_current_worker()
        try:
            self.core.rehearse(work)
            message: Answered | Refused = Answered(partial(self._close, work, question))
        except (PskyError, OSError) as error:
            message = Refused(error)
        if not worker.is_cancelled:
            self.post_message(message)

    def _close(self, work: Work, question: str | None) -> None:
        # The question is of that work: the fields may have changed meanwhile.
        if question is None:
            self.dismiss(work)
        else:
            self.app.push_screen(ConfirmScreen(question), partial(self._answered, work))

    def _answered(self, work: Work, sure: bool | None) -> None:  # noqa: FBT001 - as Textual calls back
        if sure:
            self.dismiss(work)
        else:
            self._problem("not started")

    def on_answered(self, message: Answered) -> None:
        """Close."""
        message.take()

    def on_refused(self, message: Refused) -> None:
        """Say why it would not run."""
        self._problem(f"✗ {message.error}")

    def action_copy_line(self) -> None:
        """Copy the command as it stands."""
        try:
            line = self.core.command_line(self.form.work(self.values).command)
        except PskyError as error:
            self._problem(f"✗ {error}")
            return
        self.app.copy_to_clipboard(line)
        self._problem("copied")

    def action_cancel(self) -> None:
        """Close and start nothing."""
        self.dismiss(None)
