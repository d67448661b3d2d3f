from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from psky.domain.text import part_title


class PartBar(Static):
    """The parts of history in one line: the chosen one stands out, a click chooses another."""

    def show(self, parts: Sequence[str], chosen: str, span: str) -> None:
        """Draw the parts, and at the end what span of time the chosen one covers."""
        items = [self._item(part, "reverse" if part == chosen else "dim") for part in parts]
        self.update(Content(" ").join(items) + Content.styled(f"  {span}", "dim"))

    def _item(self, part: str, style: str) -> Content:
        return Content.from_markup(f"[{style} @click=screen.part('{part}')] {part_title(part)} [/]")
