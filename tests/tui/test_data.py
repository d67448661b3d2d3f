"""Tapes: what they cover, their candles, and what is laid over them."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from textual.pilot import Pilot

from psky.app.candles import Candles
from psky.app.names import SpecName
from psky.errors import StoreLocked
from psky.ingest.quality import QualityReport
from tests.tui import fake_data, places
from tests.tui.drive import SIZES, drive, press, screen_lines, screen_text, settle
from tests.tui.fake import FakeCore, locked
from tests.tui.fake_data import DAY_US, START_US
from tui.app import PskyApp
from tui.screens.chart import STEPS, ChartPanel
from tui.screens.data import DataPanel
from tui.screens.trial import TrialPanel

T = TypeVar("T")


def data(app: PskyApp) -> DataPanel:
    assert isinstance(app.screen, DataPanel)
    return app.screen


def chart(app: PskyApp) -> ChartPanel:
    assert isinstance(app.screen, ChartPanel)
    return app.screen


def test_each_tape_is_examined_once() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "j", "k", "j")
        assert "of DEMOUSDT" in screen_text(app)
        checks = [read for read in core.reads if read.startswith("check")]
        assert sorted(checks) == ["check BTCJPY", "check DEMOUSDT"]
        await press(pilot, "r")
        assert core.reads.count("check DEMOUSDT") == 2

    drive(script, core=core)


def test_a_tape_that_cannot_be_examined_says_why() -> None:
    class Held(FakeCore):
        def check_tape(self, symbol: str) -> QualityReport:
            raise StoreLocked(f"{symbol}: expected a free store")

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1")
        assert "✗ BTCJPY: expected a free store" in screen_text(app)
        assert "3 symbols" in screen_text(app)

    drive(script, core=Held())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_calendar_is_walked_by_days_and_weeks_and_opens_a_day(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "tab", "h", "k", "k")
        assert "Mon 2025-12-22" in screen_text(app)
        await press(pilot, "g", "down", "down", "down", "down", "down", "down", "down")
        assert "2025-11-29  no trades" in screen_text(app)
        await press(pilot, "y")
        assert "2025-11-29\t0" in app.clipboard
        await press(pilot, "l", "enter")
        assert chart(app).chart.step == "15m"
        low, high = chart(app).chart.span_us
        noon_us = START_US - 26 * DAY_US + DAY_US // 2
        assert low < noon_us < high

    drive(script, size=size)


def test_a_click_moves_the_day_and_a_double_click_opens_it() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1")
        await pilot.click("#days", offset=(5, 4))
        await settle(pilot)
        assert "Tue 2025-12-02" in screen_text(app)
        await pilot.double_click("#days", offset=(5, 4))
        await settle(pilot)
        assert chart(app)

    drive(script)


def test_the_chart_zooms_at_its_cursor() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter")
        shown = chart(app).chart
        assert shown.step == "1d"
        await press(pilot, "h", "h", "h", "h")
        at_us = shown.cursor_us
        for key, step in (("plus", "12h"), ("plus", "4h"), ("minus", "12h"), ("minus", "1d"), ("i", "12h")):
            await press(pilot, key)
            assert shown.step == step
            assert shown.cursor_us // DAY_US == at_us // DAY_US
        await press(pilot, *["plus"] * 20)
        assert shown.step == STEPS[0]
        await press(pilot, *["minus"] * 20)
        assert shown.step == STEPS[-1]
        await press(pilot, "0")
        assert shown.step == "1d"

    drive(script)


def test_the_chart_pans_and_stays_at_the_tape() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", *["plus"] * 4)
        shown = chart(app).chart
        for key, sign in (("H", -1), ("L", 1), ("left", -1), ("l", 1), ("pageup", -1)):
            before = shown.cursor_us
            await press(pilot, key)
            assert (shown.cursor_us - before) * sign > 0
        await press(pilot, "g")
        assert shown.cursor_us == START_US - 40 * DAY_US
        await press(pilot, *"HHHH", "h")
        assert shown.cursor_us == START_US - 40 * DAY_US
        await press(pilot, "G", *"LLLL", "l")
        assert shown.cursor_us < START_US <= shown.cursor_us + 3600 * 10**6

    drive(script)


def test_moving_a_little_reads_nothing_and_a_burst_of_keys_reads_what_is_wanted_last() -> None:
    gate, started = threading.Event(), threading.Event()

    class Slow(FakeCore):
        def load_candles(self, symbol: str, step: str, start_us: int, end_us: int) -> Candles:
            started.set()
            gate.wait(20)
            return super().load_candles(symbol, step, start_us, end_us)

    core = Slow()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        gate.set()
        await press(pilot, "1", "enter", "plus", "plus", "H")
        reads = len(core.reads)
        await press(pilot, "h", "h", "l", "H")
        assert len(core.reads) == reads
        gate.clear()
        started.clear()
        await pilot.press("plus")
        while not started.is_set():
            await pilot.pause()
        await pilot.press("plus", "plus", "plus")
        assert chart(app).chart.step == "15m"
        gate.set()
        await settle(pilot, rounds=4)
        assert core.reads[reads:] == ["candles 2h", "candles 15m"]
        assert "15m" in screen_text(app)

    drive(script, core=core)


def test_nothing_is_read_on_the_thread_that_draws() -> None:
    threads: set[int] = set()

    class Watched(FakeCore):
        def _answer(self, name: str, value: T) -> T:
            threads.add(threading.get_ident())
            return super()._answer(name, value)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "plus", "o", "o")
        assert threading.get_ident() not in threads

    drive(script, core=Watched())


def test_overlays_are_laid_one_after_the_other_and_their_marks_are_walked() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "o")
        assert "△ long ▽ short: 20 touches" in screen_text(app)
        await press(pilot, "N")
        assert "touch long of the 15m average" in screen_text(app)
        await press(pilot, "o")
        assert chart(app).path() == ("BTCJPY", "candles", "touches of first-light")
        await press(pilot, "n", "n", "o")
        assert "+ closed at 1,720,000 by target, +1.40 R" in screen_text(app)
        before = chart(app).chart.cursor_us
        await press(pilot, "N", "n", "N")
        assert "▲ bought at 1,690,000" in screen_text(app)
        assert chart(app).chart.cursor_us < before
        await press(pilot, "o")
        assert "touches" not in screen_text(app)
        await press(pilot, "O")
        assert chart(app).overlay == "BTCJPY/first-light/trial_6_holdout"

    drive(script)


def test_the_palette_has_the_touches_of_each_trial() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter")
        commands = {command.title: command.callback for command in app.get_system_commands(app.screen)}
        commands["Overlay touches of first-light trial 3"]()
        await settle(pilot)
        assert chart(app).overlay == "touches of first-light trial 3"
        assert core.touched == [SpecName(study="first-light", trial=3)]
        await press(pilot, "o")
        assert chart(app).overlay == "BTCJPY/first-light/trial_6_holdout"
        await press(pilot, "O")
        assert chart(app).overlay == "touches of first-light"

    drive(script, core=core)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_trial_leads_to_its_touches_where_the_tape_ends(size: tuple[int, int]) -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await press(pilot, "c")
        await settle(pilot)
        assert core.touched == [SpecName(study="first-light", trial=6)]
        assert chart(app).path() == ("BTCJPY", "candles", "touches of first-light trial 6")
        start_us, end_us = chart(app).chart.span_us
        assert start_us < START_US < end_us
        assert chart(app).chart.step == "15m"
        await press(pilot, "N")
        assert "touch long of the 15m average" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, TrialPanel)

    drive(script, core=core, size=size)


def test_an_overlay_that_cannot_be_read_says_why() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter")
        core.error = locked()
        await press(pilot, "o")
        assert "✗ expected to open" in screen_text(app)
        core.error = None
        await press(pilot, "O", "o")
        assert "20 touches" in screen_text(app)

    drive(script, core=core)


def test_candles_that_cannot_be_read_are_a_notice_and_the_next_read_mends_it() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter")
        core.error = locked()
        await press(pilot, "plus", "plus")
        assert "✗ expected to open" in screen_text(app)
        core.error = None
        await press(pilot, "r")
        assert "┤" in screen_text(app)

    drive(script, core=core)


def test_the_mouse_points_zooms_and_drags() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "plus", "plus")
        shown = chart(app).chart
        await pilot.click("#candles", offset=(10, 8))
        await settle(pilot)
        left_us, _ = shown.span_us
        assert shown.cursor_us == left_us + 10 * 4 * 3600 * 10**6
        await pilot.mouse_down("#candles", offset=(10, 8))
        await pilot.hover("#candles", offset=(20, 8))
        await pilot.mouse_up("#candles", offset=(20, 8))
        await settle(pilot)
        assert shown.span_us[0] == left_us - 10 * 4 * 3600 * 10**6

    drive(script)


def test_the_candle_and_the_command_are_copied() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "y")
        assert app.clipboard.startswith("2025-12-31 00:00\t17938")
        assert len(app.clipboard.split("\t")) == 7
        await press(pilot, "Y")
        assert app.clipboard == (
            "psky data candles BTCJPY --step 1d --from 2025-10-26T00:00:00 --to 2026-01-01T00:00:00"
        )

    drive(script)


@pytest.mark.parametrize("size", [*SIZES, (40, 12), (20, 6)], ids=str)
def test_candles_are_drawn_at_every_size(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "plus", "o", "N", "z", "escape")
        await pilot.resize_terminal(size[0] + 7, size[1] + 3)
        await settle(pilot)
        assert max(len(line) for line in screen_lines(app)) <= size[0] + 7

    drive(script, size=size)


def test_an_import_is_a_job_with_a_command() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "i", "ctrl+s")
        assert "expected files or a folder, found none" in screen_text(app)
        await press(pilot, *"my/trades", "ctrl+s")
        await settle(pilot)
        assert [work.command for work in core.started] == [("data", "import", "my/trades", "--symbol", "BTCJPY")]
        assert "started: import into BTCJPY" in screen_lines(app)[0]
        assert data(app)

    drive(script, core=core)


def test_a_download_is_a_job_with_a_command() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "d", "ctrl+s")
        assert "expected a first day, found none" in screen_text(app)
        await press(pilot, "down", *"2026-01-20", "ctrl+s")
        await settle(pilot)
        wanted = ("data", "download", "BTCJPY", "--from", "2026-01-20")
        assert [work.command for work in core.started] == [wanted]

    drive(script, core=core)


def test_a_symbol_that_cannot_be_read_is_listed_with_a_sign() -> None:
    held = replace(fake_data.symbol("HELDUSDT"), rows=0, first_ts_us=0, last_ts_us=0, problem="held by process 7")
    core = FakeCore(symbols=[held, *fake_data.symbols()])

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1")
        (line,) = (line for line in screen_lines(app) if "HELDUSDT" in line and "✗" in line)
        assert "✗ cannot be read" in line
        assert "1970" not in line

    drive(script, core=core)
