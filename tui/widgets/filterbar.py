from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tui.keys import bind


class FilterBar(Input, inherit_bindings=False):
    """The line a filter is typed in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,down", "keep", "keep filter"),
        bind("escape", "drop", "drop filter"),
        *(binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"),
    ]

    class Left(Message):
        """The line was left; its value is the filter."""

    def action_keep(self) -> None:
        """Leave the filter as it is and go back to the rows."""
        self.post_message(self.Left())

    def action_drop(self) -> None:
        """Take the filter away and go back to the rows."""
        self.value = ""
        self.post_message(self.Left())
