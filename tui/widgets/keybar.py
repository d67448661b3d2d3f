from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget


def footer_bindings(screen: Screen[Any]) -> list[Binding]:
    """Return the bindings that are shown and work now, one for each action, nearest to the focus first."""
    by_action: dict[str, Binding] = {}
    for active in screen.active_bindings.values():
        if active.binding.show and active.enabled:
            by_action.setdefault(active.binding.action, active.binding)
    return list(by_action.values())


class KeyBar(Widget):
    """The footer: every key that does something here, in as many lines as they need. A click presses the key."""

    COMPONENT_CLASSES = {"keybar--key"}  # noqa: RUF012 - as Textual declares it

    def on_mount(self) -> None:
        """Follow the focus and what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the keys need at this width."""
        del container, viewport
        return max(1, len(self._lines(width)))

    def render(self) -> RenderResult:
        """Draw the keys."""
        return Text("\n").join(self._lines(self.size.width))

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        key = event.style.meta.get("key")
        if key is not None:
            self.app.simulate_key(key)

    def _lines(self, width: int) -> list[Text]:
        lines: list[Text] = []
        for item in self._items(footer_bindings(self.screen)):
            if lines and lines[-1].cell_len + item.cell_len <= width:
                lines[-1].append_text(item)
            else:
                lines.append(item)
        return lines

    def _items(self, bindings: Iterable[Binding]) -> Iterable[Text]:
        key_style = self.get_component_rich_style("keybar--key", partial=True)
        for binding in bindings:
            item = Text.assemble((f" {self.app.get_key_display(binding)}", key_style), f" {binding.description} ")
            item.stylize(Style(meta={"key": binding.key}))
            yield item
