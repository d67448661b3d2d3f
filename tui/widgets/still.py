from __future__ import annotations

from typing import Self

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Still(Widget):
    """A widget that hands out again the lines that it drew last, until it is refreshed.

    At each change of a screen Textual asks all widgets of the changed area for their lines, and works out colours and
    borders before it finds that nothing is new. Name it after the widget whose CSS is to be inherited.
    """

    _still: tuple[Region, Size, list[Strip]] | None = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again, all or some regions."""
        self._still = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Let go of lines in other colours."""
        self._still = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a region as they were drawn, or draw them."""
        if self._still is None or self._still[:2] != (crop, self.outer_size):
            self._still = (crop, self.outer_size, self.draw_lines(crop))
        return self._still[2]

    def draw_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region."""
        return super().render_lines(crop)
