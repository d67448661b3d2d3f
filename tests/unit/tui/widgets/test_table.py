from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.unit.tui.widgets.stage import drawn_by, looks, on_stage, text
from tui.columns.column import Column
from tui.privacy import CURTAIN
from tui.widgets.pane import Pane
from tui.widgets.table import Table

COLUMNS: tuple[Column[list[str]], ...] = (
    Column(key="name", title="name", value=lambda row: row[0], text=lambda row: row[0], right=False),
    Column(key="usdt", title="usdt", value=lambda row: row[1], text=lambda row: row[1], money=True),
)


def numbered(first: int, last: int) -> list[list[str]]:
    return [[f"row {number:02d}", str(number)] for number in range(last, first - 1, -1)]


def table(rows: list[list[str]], *, follows: bool = True) -> Table[list[str]]:
    made = Table(COLUMNS, identity=lambda row: row[0], follows=follows)
    made.set_rows(rows)
    return made


def test_rows_that_move_down_are_not_drawn_again() -> None:
    rows = numbered(0, 29)
    shown = table(rows)

    async def script(pilot: Pilot[Any]) -> None:
        drawn = drawn_by(shown)
        for number in range(30, 33):
            rows[:] = [[f"row {number}", str(number)], *rows[:-1]]
            text(pilot.app, 0)
            drawn.clear()
            shown.set_rows(rows)
            await pilot.pause()
            assert [text(pilot.app, y).split()[1] for y in range(1, 5)] == [
                f"{one:02d}" for one in range(number, number - 4, -1)
            ]
            assert 0 < len(drawn) <= 2, drawn  # the new one, and the one that the cursor left

    on_stage(script, shown)


def test_the_cursor_draws_the_rows_that_it_leaves_and_finds() -> None:
    shown = table(numbered(0, 9))

    async def script(pilot: Pilot[Any]) -> None:
        shown.focus()
        await pilot.pause()
        shown.action_move(3)
        await pilot.pause()
        text(pilot.app, 0)
        drawn = drawn_by(shown)
        shown.action_move(-1)
        await pilot.pause()
        assert "row 07" in text(pilot.app, 3)
        assert set(drawn) <= {3, 4}  # the row that was left was drawn before
        assert 3 in drawn

    on_stage(script, shown)


def test_a_row_keeps_its_shade_while_rows_come_above_it() -> None:
    rows = numbered(0, 5)
    shown = table(rows)

    async def script(pilot: Pilot[Any]) -> None:
        before = looks(pilot.app, 4)
        assert before != looks(pilot.app, 5)
        rows.insert(0, ["row 06", "6"])
        shown.set_rows(rows)
        await pilot.pause()
        assert looks(pilot.app, 5) == before

    on_stage(script, shown)


def test_the_cursor_and_kept_rows_follow_focus_and_theme() -> None:
    shown, other = table(numbered(0, 9)), Pane()

    async def script(pilot: Pilot[Any]) -> None:
        other.focus()
        await pilot.pause()
        row, cursor = looks(pilot.app, 4), looks(pilot.app, 1)
        shown.focus()
        await pilot.pause()
        assert looks(pilot.app, 1) != cursor
        assert looks(pilot.app, 4) == row
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert looks(pilot.app, 4)[0] != row[0]

    on_stage(script, shown, other)


def test_money_that_is_hidden_is_not_shown_by_a_row_that_was_drawn() -> None:
    shown = table(numbered(0, 9))

    async def script(pilot: Pilot[Any]) -> None:
        assert text(pilot.app, 3).split()[-1] == "7"
        CURTAIN.drawn = True
        try:
            shown.refresh()
            await pilot.pause()
            assert "7" not in text(pilot.app, 3).split()[2:]
        finally:
            CURTAIN.drawn = False

    on_stage(script, shown)


def test_many_rows_are_put_in_order_while_keys_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.widgets.table.AT_ONCE", 5)
    shown, gate = table([]), threading.Event()

    def value(row: list[str]) -> int:
        gate.wait(20)
        return -int(row[1])

    async def script(pilot: Pilot[Any]) -> None:
        rows = numbered(0, 19)
        shown.set_rows(rows, (replace(COLUMNS[0], value=value), COLUMNS[1]))
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        shown.sort_by("usdt", descending=False)
        shown.sort_by("name", descending=False)
        assert shown.sort_text == " · by name ▲ …"
        shown.focus()
        await pilot.press("j", "j")
        assert shown.current == rows[2]
        gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert shown.sort_text == " · by name ▲"
        assert shown.shown == rows  # not the order that was wanted before
        shown.sort_by("name", descending=True)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert (shown.shown, shown.current) == (rows[::-1], rows[2])

    on_stage(script, shown)


def test_a_wider_text_among_new_rows_widens_its_column() -> None:
    rows = numbered(0, 9)
    shown = table(rows)

    async def script(pilot: Pilot[Any]) -> None:
        rows.insert(0, ["a name of many letters", "1"])
        shown.set_rows(rows)
        await pilot.pause()
        assert text(pilot.app, 1).split("1")[0].strip() == "a name of many letters"
        assert text(pilot.app, 2).index("9") == text(pilot.app, 3).index("8")

    on_stage(script, shown)
