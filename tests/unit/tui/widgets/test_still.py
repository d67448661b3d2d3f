from __future__ import annotations

from typing import Any

from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from tests.unit.tui.widgets.stage import on_stage, text
from tui.widgets.still import Still


class Clock(Still):
    """Tells how often it was drawn."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += y == 0
        return Strip.blank(1) if y else Strip.blank(self.drawn)

    def render(self) -> str:
        return "x" * self.drawn


def test_lines_are_drawn_once_until_they_are_refreshed() -> None:
    clock = Clock()

    async def script(pilot: Pilot[Any]) -> None:
        whole = Region(0, 0, *clock.outer_size)
        before = clock.drawn
        assert clock.render_lines(whole) is clock.render_lines(whole)
        assert clock.drawn == before
        clock.refresh(Region(0, 0, 5, 1))
        clock.render_lines(whole)
        assert clock.drawn == before + 1
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert clock.render_lines(Region(0, 0, *clock.outer_size))[0].cell_length == 60
        assert text(pilot.app, 0) == ""

    on_stage(script, clock)
