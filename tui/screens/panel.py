"""What the panels have in common."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar, runtime_checkable

from textual.app import ComposeResult, SystemCommand
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from psky.app.export import Cell, export_table, free_path
from psky.errors import PskyError
from tui.board import JobBoard
from tui.core import Core
from tui.messages import Answered, Refused
from tui.screens.export import PICTURE, ExportScreen
from tui.widgets.crumbs import Crumbs
from tui.widgets.group import Group
from tui.widgets.keybar import KeyBar

T = TypeVar("T")
EXPORTS = Path("exports")
CHANGES = frozenset(
    {"run", "stop", "new", "form", "train", "reproduce", "pause_study", "resume_study", "export", "import"}
    | {"download", "arm", "leave", "live"}
)
"""Actions that change state, on whatever panel."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@runtime_checkable
class Part(Protocol):
    """What can be copied from: a table, a text, a picture."""

    display: bool
    allow_maximize: bool

    def copy_text(self) -> str:
        """Return what is under the cursor, or all of it."""


@runtime_checkable
class Exported(Protocol):
    """What can be exported: a table."""

    id: str | None
    display: bool
    border_title: str | None

    def export_columns(self) -> dict[str, list[Cell]]:
        """Return the rows that are shown, column by column."""


class Panel(Screen[None]):
    """A screen with breadcrumbs, a body that a notice can stand in for, and a key bar.

    A panel asks psky in a thread and shows the answer when it comes; a refusal becomes a notice in place of the body.
    The keys that every panel answers to are bound by the app.
    """

    ALLOW_IN_MAXIMIZED_VIEW: ClassVar[str | None] = "Crumbs,KeyBar"
    ESCAPE_TO_MINIMIZE: ClassVar[bool | None] = False
    AUTO_FOCUS: ClassVar[str | None] = ""
    BLANK: ClassVar[bool] = True
    GUIDE: ClassVar[str] = ""
    """What the help says about the panel beside its keys."""

    def __init__(self, core: Core, board: JobBoard) -> None:
        super().__init__()
        self.core = core
        self.board = board

    # What each panel says of itself

    @abstractmethod
    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs below the tab."""

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """Return what the panel shows."""

    @abstractmethod
    def load(self) -> None:
        """Ask psky for what the panel shows."""

    @abstractmethod
    def command_line(self) -> str:
        """Return the shell command that does what the panel is for."""

    def look(self) -> None:
        """Look again at what may have moved; called several times a second while the panel is seen."""

    def palette(self) -> Iterable[SystemCommand]:
        """Return the panel's own commands for the palette."""
        return ()

    # Life

    def compose(self) -> ComposeResult:
        """Put crumbs above, keys below."""
        yield Crumbs()
        yield Group(*self.body(), classes="body")
        yield Static(classes="notice", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show where we are and begin to read."""
        self.show_path()
        self.load()

    def redraw(self) -> None:
        """Draw again what may have to be hidden, or shown."""
        self.load()
        for part in self.query("*"):
            part.refresh()

    def show_path(self) -> None:
        """Show where we are."""
        crumbs = self.query_one(Crumbs)
        crumbs.tab, crumbs.path = self.app.current_mode, self.path()

    def on_screen_suspend(self) -> None:
        """Hide the keys while they do nothing: another screen has them."""
        self.query_one(KeyBar).visible = False

    def on_screen_resume(self) -> None:
        """Show the keys again."""
        self.query_one(KeyBar).visible = True

    def say(self, text: str) -> None:
        """Show a few words at the top for a moment."""
        self.query_one(Crumbs).say(text)

    def notice(self, text: str | None, *, error: bool = False) -> None:
        """Put a notice in place of the body, or take it away."""
        self.set_class(text is not None, "-noticed")
        self.set_class(error, "-refused")
        self.query_one(".notice", Static).update(text or "")

    # Asking

    def ask(self, question: Callable[[], T], take: Callable[[T], None]) -> None:
        """Put a question to psky in a thread; `take` gets the answer here, unless a later question replaced it."""
        self.run_worker(partial(self._ask, question, take), group="read", thread=True, exclusive=True)

    def _ask(self, question: Callable[[], T], take: Callable[[T], None]) -> None:
        worker = get_current_worker()
        try:
            message: Answered | Refused = Answered(partial(take, question()))
        except (PskyError, OSError) as error:
            message = Refused(error)
        if not worker.is_cancelled:
            self.post_message(message)

    def on_answered(self, message: Answered) -> None:
        """Show an answer."""
        message.take()

    def on_refused(self, message: Refused) -> None:
        """Show what went wrong, and what to do."""
        self.notice(f"✗ {message.error}\n\nr tries again.", error=True)

    # Keys

    @property
    def _part(self) -> Part | None:
        return self.focused if isinstance(self.focused, Part) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now, and of what changes state nothing where only looks are wanted."""
        return False if self.core.read_only and action in CHANGES else self.offers(action, parameters)

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action can be taken now."""
        del parameters
        if action == "back":
            return len(self.app.screen_stack) > 1 or self.maximized is not None
        if action == "zoom":
            return self._part is not None and self._part.display and self._part.allow_maximize
        if action == "copy":
            return self._part is not None and self._part.display
        return True

    def action_back(self) -> None:
        """Leave the zoom, or the panel."""
        if self.maximized is not None:
            self.action_zoom()
        else:
            self.dismiss()

    def action_zoom(self) -> None:
        """Give the focused part the whole screen, or give it back."""
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused, container=False)
        self.refresh_bindings()

    def action_reload(self) -> None:
        """Read again."""
        self.load()
        self.say("reading again")

    def action_export(self) -> None:
        """Ask for the kind of file to write."""
        table = self._table
        self.app.push_screen(ExportScreen(None if table is None else str(table.border_title)), self._export)

    @property
    def _table(self) -> Exported | None:
        tables = [one for one in self.query("*") if isinstance(one, Exported) and one.display]
        return next((one for one in tables if one is self.focused), tables[0] if tables else None)

    def _export(self, suffix: str | None) -> None:
        if suffix is None:
            return
        table = self._table
        what = [str(table.id)] if table is not None and suffix != PICTURE else []
        name = "-".join([str(self.app.current_mode), *self.path(), *what])
        stem = _NOT_IN_NAMES.sub("_", name)
        picture = self.app.export_screenshot() if suffix == PICTURE else None
        columns = {} if table is None else table.export_columns()
        self.ask(partial(_written, stem, suffix, columns, picture), lambda path: self.say(f"wrote {path}"))

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        if self._part is not None:
            self._copy(self._part.copy_text())

    def action_copy_command(self) -> None:
        """Copy the panel's shell command."""
        self._copy(self.command_line())

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        lines = text.splitlines() or [""]
        self.say(f"copied {lines[0].expandtabs(1)}" if len(lines) == 1 else f"copied {len(lines)} lines")


def _written(stem: str, suffix: str, columns: Mapping[str, Sequence[Cell]], picture: str | None) -> Path:
    path = free_path(EXPORTS, stem, suffix)
    if picture is None:
        return export_table(path, columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture, encoding="utf-8")
    return path
