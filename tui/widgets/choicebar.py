from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widgets import Static

from tui.widgets.still import Still


class ChoiceBar(Static, Still):
    """Choices in one line: the chosen one stands out, a click on another calls the screen's `action` with it."""

    def __init__(self, action: str, title: Callable[[str], str] = str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._action = action
        self._title = title

    def show(self, choices: Sequence[str], chosen: str, words: str = "") -> None:
        """Draw the choices, and at the end a few words on the chosen one."""
        items = [self._item(choice, "reverse" if choice == chosen else "dim") for choice in choices]
        self.update(Content(" ").join(items) + Content.styled(f"  {words}", "dim"))

    def _item(self, choice: str, style: str) -> Content:
        return Content.from_markup(f"[{style} @click=screen.{self._action}({choice!r})] {self._title(choice)} [/]")
