from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import bind


class ConfirmScreen(ModalScreen[bool]):
    """A question that only `y` answers with yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("y", "answer(True)", "yes"),
        bind("n,escape,q", "answer(False)", "no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Show the question in a box."""
        with Container():
            yield Static(f"{self._question}\n\ny yes   n no", markup=False)

    def action_answer(self, sure: bool) -> None:  # noqa: FBT001 - as Textual passes it
        """Give the answer."""
        self.dismiss(sure)
