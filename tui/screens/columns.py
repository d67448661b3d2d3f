from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import SelectionList
from textual.widgets.selection_list import Selection

from tui.columns.column import Column
from tui.keys import bind


class ColumnsScreen(ModalScreen[frozenset[str]]):
    """Which columns a table shows; answers with the keys of those that it hides. The first always stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,q,C", "close", "close"),
        bind("j", "move(1)", "down", show=False),
        bind("k", "move(-1)", "up", show=False),
    ]

    def __init__(self, columns: Sequence[Column[Any]], hidden: frozenset[str]) -> None:
        super().__init__()
        self._columns = columns[1:]
        self._hidden = hidden

    def compose(self) -> ComposeResult:
        """Show the columns in a box."""
        choices = [Selection(one.title, one.key, one.key not in self._hidden) for one in self._columns]
        with Container():
            self.list = SelectionList[str](*choices)
            self.list.border_title = "columns"
            self.list.border_subtitle = "space shows or hides · esc closes"
            yield self.list

    def action_move(self, step: int) -> None:
        """Move by a line."""
        (self.list.action_cursor_down if step > 0 else self.list.action_cursor_up)()

    def action_close(self) -> None:
        """Answer."""
        shown = frozenset(self.list.selected)
        self.dismiss(frozenset(one.key for one in self._columns) - shown)
