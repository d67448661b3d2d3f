"""Reading, filtering, the palette, the mouse, and data that nobody expects."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import math
import threading
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.app.views import StudyView
from psky.backtest.findings import Smell, Stage, Variant
from tests.tui.drive import FOCUS, KEY, SIZES, drive, press, screen_lines, screen_text, settle
from tests.tui.fake import FakeCore, backtest, locked, studies, study, trial
from tui.app import PskyApp
from tui.screens.panel import Panel


def test_nothing_is_read_on_the_thread_that_draws() -> None:
    threads: list[int] = []

    class Watched(FakeCore):
        def list_studies(self) -> list[StudyView]:
            threads.append(threading.get_ident())
            return super().list_studies()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert threads
        assert threading.get_ident() not in threads

    drive(script, core=Watched())


@pytest.mark.parametrize("error", [locked(), PermissionError(13, "Permission denied")])
@pytest.mark.parametrize("focus", [None, FOCUS])
def test_an_error_is_shown_and_the_next_read_mends_it(error: Exception, focus: Any) -> None:  # noqa: ANN401
    core = FakeCore(results={KEY: backtest(KEY)})

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        core.error = error
        await press(pilot, "r")
        assert "✗" in screen_text(app)
        assert str(error)[:30] in screen_text(app)
        core.error = None
        await press(pilot, "r")
        assert "✗" not in screen_text(app)
        assert isinstance(app.screen, Panel)

    drive(script, core=core, focus=focus)


def test_an_impossible_filter_says_why_and_shows_every_row() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "slash", *"score>high")
        screen: Any = app.screen
        assert "expected a number after score>, found 'high'" in screen_text(app)
        assert len(screen.table.shown) == 20
        await press(pilot, *["backspace"] * 4, "0")
        assert "expected" not in screen_text(app)
        assert all(trial.score > 0 for trial in screen.table.shown)

    drive(script)


def test_the_cursor_stays_on_its_trial_when_the_order_changes_and_after_a_reload() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "j", "j", "j")
        table: Any = app.focused
        number = table.current.number
        for key in ("s", "S", "r"):
            await press(pilot, key)
            assert table.current.number == number

    drive(script)


def test_the_mouse_moves_sorts_and_opens() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await pilot.click("#studies", offset=(30, 4))
        await settle(pilot)
        table: Any = app.focused
        assert (table.cursor_row, table.cursor_column) == (2, 1)
        await pilot.click("#studies", offset=(2, 1))
        await settle(pilot)
        assert table.sort_key == "symbol"
        await pilot.double_click("#studies", offset=(3, 4))
        await settle(pilot)
        assert app.screen.query("#trials")

    drive(script)


def test_a_click_chooses_a_part() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen: Any = app.screen
        await pilot.click("#parts", offset=(22, 0))
        await settle(pilot)
        assert screen.part == "fold_2"

    drive(script, focus=FOCUS)


def test_a_click_chooses_a_view() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen: Any = app.screen
        await pilot.click("#views", offset=(10, 0))
        await settle(pilot)
        assert screen.view == "smells"
        assert app.focused is screen.detail
        assert "▲ slippage" in screen_text(app)

    drive(script, core=FakeCore(results={KEY: backtest(KEY)}), focus=FOCUS)


def test_a_view_stays_when_the_part_changes() -> None:
    fold = replace(KEY, part="fold_1")

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "v", "v", "p")
        assert "queue, kappa 1" in screen_text(app)
        assert app.focused is app.screen.query_one("#detail")

    drive(script, core=FakeCore(results={KEY: backtest(KEY), fold: backtest(fold)}), focus=FOCUS)


def test_the_palette_offers_what_can_be_done_and_does_it() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Run backtest", "Show fold 2", "Go to studies", "Reload", "Help", "Quit"} <= titles
        assert "Stop backtest" not in titles
        await press(pilot, "ctrl+p", *"run back")
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert core.started == [KEY]

    drive(script, core=core, focus=FOCUS)


def test_the_palette_leads_back_to_the_studies() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        app.action_tab("studies")
        await settle(pilot)
        assert app.screen.query("#studies")

    drive(script, focus=FOCUS)


@pytest.mark.parametrize("name", ["psky-night", "psky-day", "psky-colour-safe", "ansi-dark"])
def test_every_theme_draws_every_part(name: str) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        app.use_theme(name)
        await settle(pilot)
        assert "▲ long" in screen_text(app)
        assert name in screen_text(app)

    drive(script, core=FakeCore(results={KEY: backtest(KEY)}), focus=FOCUS)


# Data that nobody expects

WORST = (
    replace(trial(0), score=None, win_rate=None, duration_s=None, folds=(), params={}),
    replace(trial(1), score=math.nan, net_r=math.inf, win_rate=math.nan, params={"x": None, "y": "[red]"}),
    replace(trial(2), state="new\nstate", params={"z" * 90: "w" * 200, "number": 3, "日本": "取引所"}),
)


@pytest.mark.parametrize("size", [*SIZES, (40, 12), (20, 6)], ids=str)
def test_strange_values_are_shown_at_every_size(size: tuple[int, int]) -> None:
    names = [replace(study(), label="L" * 90, study="s" * 40, edge="[bold]odd", best_score=math.nan), *studies()]
    odd = backtest(KEY).trades[0]
    core = FakeCore(
        studies=names,
        trials=list(WORST),
        results={
            KEY: backtest(
                KEY,
                [
                    replace(odd, net_r=value, exit_ts_us=10**17 + index, entry_ts_us=10**19, exit_price=value)
                    for index, value in enumerate((math.nan, math.inf, -math.inf, 1.0))
                ],
                metrics={"net_r": math.nan, "win_rate": None, "[/]": 1.5},
                funnel=[Stage(name="[bars]", count=0, reasons={"[/]": 1}), Stage(name="touches", count=0)],
                ladder=[
                    Variant(
                        name="[red]", own=True, fill_share=None, trades=0, net_r=math.nan, mean_r=None, win_rate=None
                    )
                ],
                stress=[],
                smells=[Smell(name="[b]", smells=True, text="[/]" * 90)],
            )
        },
    )

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "s", "s", "s", "S", "G", "l", "l", "l", "enter", *"vvvvv", "p", "z", "escape")
        assert max(len(line) for line in screen_lines(app)) <= size[0]

    drive(script, core=core, size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_backtest_without_trades_is_a_result(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert "no closed trades" in screen_text(app)
        assert "0 trades" in screen_text(app)

    drive(script, core=FakeCore(results={KEY: backtest(KEY, ())}), size=size, focus=FOCUS)


def test_thousands_of_trials_are_drawn_a_screenful_at_a_time() -> None:
    drawn: list[int] = []
    many = [trial(number) for number in range(3000)]

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter")
        table: Any = app.focused
        drawing = table.render_line

        def counted(y: int) -> object:
            drawn.append(y)
            return drawing(y)

        table.render_line = counted
        await press(pilot, "s", "S", "G")
        assert table.cursor_row == 2999
        assert "3,000 trials" in screen_text(app)
        assert len(drawn) < 1000
        assert max(drawn) < 24

    drive(script, core=FakeCore(trials=many))
