"""A screen that shows the widgets that it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

CSS = """
Table { & > .table--header { text-style: bold; } & > .table--odd { background: $surface; }
  & > .table--row { background: $primary 20%; } & > .table--cell { background: $primary 45%; }
  & > .table--dim { text-style: dim; } &:focus > .table--cell { background: $error; } }
"""


class Stage(App[None]):
    """Widgets below each other."""

    CSS = CSS

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.given = widgets

    def compose(self) -> ComposeResult:
        yield from self.given


def on_stage(
    script: Callable[[Pilot[Any]], Awaitable[None]], *widgets: Widget, size: tuple[int, int] = (40, 12)
) -> None:
    """Show widgets and run a script."""

    async def main() -> None:
        async with Stage(*widgets).run_test(size=size) as pilot:
            await pilot.pause()
            await script(pilot)

    asyncio.run(main())


def looks(app: App[Any], y: int) -> list[tuple[str, Style | None]]:
    """Return texts and styles of a line of the screen."""
    line = app.screen._compositor.render_strips()[y]  # noqa: SLF001 - the only way to the text
    return [(segment.text, segment.style) for segment in line.simplify()]


def text(app: App[Any], y: int) -> str:
    """Return the text of a line of the screen."""
    return "".join(piece for piece, _ in looks(app, y)).rstrip()


def drawn_by(widget: Widget) -> list[int]:
    """Return a list that is told every line which the widget draws from now on."""
    drawn: list[int] = []
    drawing = widget.render_line

    def render_line(y: int) -> Strip:
        drawn.append(y)
        return drawing(y)

    vars(widget)["render_line"] = render_line
    return drawn
