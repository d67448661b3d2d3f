"""A panel with several views of what it shows, one at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand

from tui.keys import bind
from tui.screens.panel import Panel

VIEW_KEYS = (
    bind("v", "next_view(1)", "next view"),
    bind("V", "next_view(-1)", "previous view", show=False),
)
"""The keys that walk through views, for a panel's bindings."""


class ViewsPanel(Panel):
    """A panel that shows the view `view` of its `views`."""

    views: tuple[str, ...]
    view: str

    @abstractmethod
    def show_view(self) -> None:
        """Show the view that was chosen."""

    def view_commands(self) -> Iterable[SystemCommand]:
        """Return a command for each view, for the palette."""
        for view in self.views:
            yield SystemCommand(f"View {view}", "Choose what is shown beside the rest", partial(self.action_view, view))

    def action_next_view(self, step: int) -> None:
        """Choose the next view, the first after the last."""
        self.action_view(self.views[(self.views.index(self.view) + step) % len(self.views)])

    def action_view(self, view: str) -> None:
        """Choose a view."""
        self.view = view
        self.show_view()
