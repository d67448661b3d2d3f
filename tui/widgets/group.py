from __future__ import annotations

from typing import ClassVar

from textual.containers import Container


class Group(Container):
    """Widgets side by side or below each other; it shows nothing itself, no border either, so that it is soon drawn."""

    BLANK: ClassVar[bool] = True
