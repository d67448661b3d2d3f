"""The titles that stand in the borders of widgets."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


def retitle(widget: Widget, title: str) -> None:
    """Give a widget another title; the one that it has is not drawn again."""
    if widget.border_title != Content(title).markup:
        widget.border_title = title
