from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.keys import bind


class Pane(VerticalScroll, can_focus=True):
    """Content to read, which scrolls."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("k", "scroll_up", "line up", show=False),
        bind("j", "scroll_down", "line down", show=False),
        bind("g", "scroll_home", "top", show=False),
        bind("G", "scroll_end", "bottom", show=False),
        bind("ctrl+b", "page_up", "page up", show=False),
        bind("ctrl+f", "page_down", "page down", show=False),
    ]

    def __init__(self, *, id: str | None = None, can_maximize: bool = True) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, can_maximize=can_maximize)
        self._text = Content()

    def compose(self) -> ComposeResult:
        """Hold one text."""
        yield Static(self._text)

    def show(self, text: Content) -> None:
        """Show another text."""
        if text == self._text:
            return
        static = self.query_one(Static)
        # A layout is dear, and one of as many lines, none of which wraps, leaves it as it is.
        same = _lines(text, static.size.width) == _lines(self._text, static.size.width) is not None
        self._text = text
        static.update(text, layout=not same)

    def copy_text(self) -> str:
        """Return what is shown, without colours."""
        return self._text.plain


def _lines(text: Content, width: int) -> int | None:
    lines = text.plain.split("\n")
    return len(lines) if max(map(cell_len, lines)) <= width else None
