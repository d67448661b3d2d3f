from __future__ import annotations

from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from psky.domain.text import THEN

_SAID_S = 5.0


class Crumbs(Widget):
    """The top line: where we are, and at its right what was just done."""

    COMPONENT_CLASSES = {"crumbs--brand", "crumbs--here", "crumbs--said"}  # noqa: RUF012 - as Textual declares it

    path: reactive[tuple[str, ...]] = reactive(())
    said: reactive[str] = reactive("")
    _hush: Timer | None = None

    def say(self, text: str) -> None:
        """Show a few words for a moment."""
        if self._hush is not None:
            self._hush.stop()
        self.said = text
        self._hush = self.set_timer(_SAID_S, self._quiet)

    def render(self) -> RenderResult:
        """Draw the line; the path gives way to the words, which take two thirds of it at most."""
        style = self.get_component_rich_style
        line = Text.assemble((" ◆ psky ", style("crumbs--brand", partial=True)), no_wrap=True)
        for index, crumb in enumerate(self.path):
            line.append(THEN if index else " ")
            line.append(crumb, style("crumbs--here", partial=True) if index == len(self.path) - 1 else "")
        if self.said:
            said = Text(f" {self.said} ", style("crumbs--said", partial=True))
            said.truncate(self.size.width * 2 // 3, overflow="ellipsis")
            line.truncate(max(0, self.size.width - said.cell_len), overflow="ellipsis", pad=True)
            line.append_text(said)
        line.truncate(self.size.width, overflow="ellipsis")
        return line

    def _quiet(self) -> None:
        self.said = ""
