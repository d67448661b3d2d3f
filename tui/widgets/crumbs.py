from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from psky.domain.text import THEN
from tui.tabs import TABS

_SAID_S = 5.0
_GAP = "  "


class Crumbs(Widget):
    """The top line: the tabs, where we are below the present one, and at its right what was just done."""

    COMPONENT_CLASSES = {f"crumbs--{name}" for name in ("brand", "key", "tab", "here", "said")}  # noqa: RUF012 - as Textual declares it

    tab: reactive[str] = reactive("")
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
        """Draw the line; it gives way to the words, which take two thirds of it at most."""
        line = self._tabs()
        if self.said:
            said = Text(f" {self.said} ", self._tone("said"))
            said.truncate(self.size.width * 2 // 3, overflow="ellipsis")
            line.truncate(max(0, self.size.width - said.cell_len), overflow="ellipsis", pad=True)
            line.append_text(said)
        line.truncate(self.size.width, overflow="ellipsis")
        return line

    def on_click(self, event: events.Click) -> None:
        """Press the key of the tab under the pointer."""
        key = event.style.meta.get("key")
        if key is not None:
            self.app.simulate_key(key)

    def _tabs(self) -> Text:
        # Where a line is short, the other tabs are their numbers, then the path loses its beginning.
        line = self._line(named=True, skip=0)
        for skip in range(len(self.path)):
            if line.cell_len <= self.size.width:
                break
            line = self._line(named=False, skip=skip)
        return line

    def _line(self, *, named: bool, skip: int) -> Text:
        line = Text.assemble((" ◆ psky" if named else " ◆", self._tone("brand")), no_wrap=True)
        for tab in TABS:
            here = tab.name == self.tab
            item = Text.assemble((tab.key, self._tone("key")))
            if here or named:
                item.append(f" {tab.name}", self._tone("tab" if here else ""))
            item.stylize(Style(meta={"key": tab.key}))
            line.append(_GAP).append_text(item)
            if here:
                line.append_text(self._path(skip))
        return line

    def _path(self, skip: int) -> Text:
        path = Text(f"{THEN}…" if skip else "")
        for index, crumb in enumerate(self.path[skip:], start=skip):
            path.append(THEN)
            path.append(crumb, self._tone("here") if index == len(self.path) - 1 else "")
        return path

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"crumbs--{name}", partial=True) if name else Style.null()

    def _quiet(self) -> None:
        self.said = ""
