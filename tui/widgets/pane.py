from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from tui.keys import bind
from tui.widgets.lines import Lines
from tui.widgets.still import Still


class Pane(VerticalScroll, Still, can_focus=True):
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
        self._lines = Lines()

    def compose(self) -> ComposeResult:
        """Hold one text."""
        yield self._lines

    def show(self, *texts: Content) -> None:
        """Show other texts, one below the other."""
        self._lines.show([line for text in texts for line in text.split(allow_blank=True)])

    def copy_text(self) -> str:
        """Return what is shown, without colours."""
        return self._lines.text.plain
