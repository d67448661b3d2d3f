from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.pilot import Pilot
from textual.selection import SELECT_ALL

from tests.unit.tui.widgets.stage import drawn_by, looks, on_stage, text
from tui.widgets.pane import Pane


def test_only_the_lines_that_changed_are_drawn() -> None:
    pane = Pane()

    async def script(pilot: Pilot[Any]) -> None:
        pane.show(Content("one\ntwo\nthree"))
        await pilot.pause()
        text(pilot.app, 0)
        drawn = drawn_by(pane.children[0])
        pane.show(Content("one\nzwei\nthree"))
        await pilot.pause()
        assert [text(pilot.app, y).strip() for y in range(3)] == ["one", "zwei", "three"]
        assert set(drawn) == {1}

    on_stage(script, pane)


def test_a_change_of_colour_alone_is_drawn() -> None:
    pane = Pane()

    async def script(pilot: Pilot[Any]) -> None:
        pane.show(Content.styled("open", "$success"))
        await pilot.pause()
        before = looks(pilot.app, 0)
        pane.show(Content.styled("open", "$error"))
        await pilot.pause()
        assert looks(pilot.app, 0) != before
        assert text(pilot.app, 0).strip() == "open"

    on_stage(script, pane)


def test_a_text_takes_more_lines_or_fewer_and_wraps() -> None:
    pane = Pane()

    async def script(pilot: Pilot[Any]) -> None:
        pane.show(Content("short"), Content("end"))
        await pilot.pause()
        pane.show(Content("words " * 10), Content("end"))
        await pilot.pause()
        assert [text(pilot.app, y).split()[-1] for y in range(3)] == ["words", "words", "end"]
        pane.show(Content("end"))
        await pilot.pause()
        assert [text(pilot.app, y).strip() for y in range(3)] == ["end", "", ""]
        assert pane.copy_text() == "end"

    on_stage(script, pane)


def test_all_can_be_selected_and_a_character_says_where_it_stands() -> None:
    pane = Pane()

    async def script(pilot: Pilot[Any]) -> None:
        pane.show(Content("words " * 10 + "last"), Content("end"))
        await pilot.pause()
        lines = pane.children[0]
        assert lines.get_selection(SELECT_ALL) == ("words " * 10 + "last\nend", "\n")
        _, offset = pilot.app.screen.get_widget_and_offset_at(4, 1)
        assert offset is not None
        assert (offset.x > 30, offset.y) == (True, 0)
        _, offset = pilot.app.screen.get_widget_and_offset_at(2, 2)
        assert offset == (2, 1)
        before = looks(pilot.app, 2)
        pilot.app.screen.selections = {lines: SELECT_ALL}
        await pilot.pause()
        assert looks(pilot.app, 2) != before

    on_stage(script, pane)
