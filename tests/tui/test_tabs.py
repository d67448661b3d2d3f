"""The tabs: reached by number, by click and from the palette; each is found as it was left."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.drive import FOCUS, SIZES, drive, look, press, screen_lines, settle
from tests.tui.fake import FakeCore
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.tabs import TABS


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_each_number_opens_its_tab_and_the_top_line_shows_it(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        for tab in TABS:
            await press(pilot, tab.key)
            assert app.current_mode == tab.name
            assert all(f"{other.key} {other.name}" in screen_lines(app)[0] for other in TABS)

    drive(script, size=size)


def test_a_tab_is_found_as_it_was_left_and_its_number_again_leads_to_its_first_panel() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "2")
        assert isinstance(app.screen, BacktestPanel)
        assert "2 studies › BTCJPY › first-light › trial 6 › hold-out" in screen_lines(app)[0]  # noqa: RUF001
        await press(pilot, "2")
        assert app.screen.query("#studies")

    drive(script, focus=FOCUS)


def test_a_click_on_a_tab_opens_it() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await pilot.click("Crumbs", offset=(screen_lines(app)[0].index("5 jobs"), 0))
        await settle(pilot)
        assert app.current_mode == "jobs"

    drive(script)


@pytest.mark.parametrize(("width", "path"), [(72, "BTCJPY"), (64, "… › first-light")])  # noqa: RUF001
def test_where_the_path_is_long_the_other_tabs_are_their_numbers(width: int, path: str) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert screen_lines(app)[0].startswith(f" ◆  1  2 studies › {path}")  # noqa: RUF001
        assert screen_lines(app)[0].endswith("5")

    drive(script, focus=FOCUS, size=(width, 24))


def test_a_run_that_ends_is_told_of_on_another_tab() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b", "5")
        core.job.move("finished", 10, 10)
        await look(pilot, app)
        assert "finished: BTCJPY" in screen_lines(app)[0]
        await press(pilot, "2")
        assert "✓ finished" in "".join(screen_lines(app))

    drive(script, core=core, focus=FOCUS)
