from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


class Palette:
    """The styles of a widget and of its component classes, worked out once: Textual forgets them at each refresh.

    Its widget clears it when Textual notifies it of other styles.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, bool], Style] = {}

    def clear(self) -> None:
        """Forget all styles."""
        self._styles.clear()

    @property
    def base(self) -> Style:
        """The style of the widget itself."""
        if ("", False) not in self._styles:
            self._styles["", False] = self._widget.rich_style
        return self._styles["", False]

    def component(self, name: str, *, partial: bool = False) -> Style:
        """Return the style of a component class; `partial` leaves out what it inherits."""
        if (name, partial) not in self._styles:
            self._styles[name, partial] = self._widget.get_component_rich_style(name, partial=partial)
        return self._styles[name, partial]
