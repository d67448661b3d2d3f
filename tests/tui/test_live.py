"""Sessions: watched, replayed, armed, left."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.app.live_views import LiveView, SessionRow
from psky.errors import JournalError, NotFlat
from tests.tui.drive import SIZES, drive, look, press, screen_lines, screen_text, settle
from tests.tui.fake import FakeCore
from tests.tui.fake_live import MINUTE_US, START_US, FakeWatch, row, view
from tui.app import PskyApp
from tui.privacy import HIDDEN
from tui.screens.confirm import ConfirmScreen
from tui.screens.live import LivePanel


def panel(app: PskyApp) -> LivePanel:
    assert isinstance(app.screen, LivePanel)
    return app.screen


async def opened(pilot: Pilot[Any], app: PskyApp) -> LivePanel:
    await press(pilot, "4", "enter")
    await settle(pilot)
    return panel(app)


async def armed(pilot: Pilot[Any], app: PskyApp) -> LivePanel:
    await opened(pilot, app)
    await press(pilot, "a", "y")
    return panel(app)


def test_a_session_is_watched_while_it_moves() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        assert "DEMO · no real money · BTCUSDT · first-light trial 6 · READ-ONLY" in screen_lines(app)[1]
        assert "▲ long 0.125 at 45,001.50  +0.58 R" in screen_text(app)
        core.session.now = replace(view(row()), lots=0, qty="0", mode="trading", last_price="44,000.00")
        await look(pilot, app)
        assert "44,000.00" in screen_text(app)
        assert "position flat" in screen_text(app)
        core.session.now = None
        await look(pilot, app)
        assert "44,000.00" in screen_text(app)

    drive(script, core=core)


def test_the_workstation_opens_on_a_session_that_is_named() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert panel(app).row.session == "tp2zz9"
        assert "4 live › BTCUSDT › tp2zz9" in screen_lines(app)[0]  # noqa: RUF001
        await press(pilot, "escape")
        assert "tp2zz9" in screen_text(app)
        await press(pilot, "enter")
        assert panel(app).row.session == "tp2zz9"
        await press(pilot, "4", "r")
        assert not isinstance(app.screen, LivePanel)

    async def none(pilot: Pilot[Any], app: PskyApp) -> None:
        await settle(pilot)
        assert "✗ expected the session gone of BTCUSDT, found none" in screen_lines(app)[0]

    drive(script, session=("BTCUSDT", "tp2zz9"), size=(160, 48))
    drive(none, session=("BTCUSDT", "gone"), size=(160, 48))


def test_looks_do_not_pile_up_while_one_is_under_way() -> None:
    gate = threading.Event()

    class SlowWatch(FakeWatch):
        def look(self) -> LiveView | None:
            gate.wait(20)
            return super().look()

    class Slow(FakeCore):
        def watch_session(self, row: SessionRow) -> FakeWatch:
            self.session = SlowWatch(view(row))
            return self.session

    core = Slow()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        gate.set()
        await opened(pilot, app)
        before = core.session.looks
        gate.clear()
        for _ in range(10):
            app.look()
            await pilot.pause()
        await pilot.press("j")
        assert panel(app).tables["decisions"].cursor_row == 1
        gate.set()
        await settle(pilot)
        assert core.session.looks == before + 1

    drive(script, core=core)


@pytest.mark.parametrize("name", ["decisions", "orders", "trades", "events", "results"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_each_view_is_shown(name: str, size: tuple[int, int]) -> None:
    words = {
        "decisions": "○ expected value too low",
        "orders": "44,900.00",
        "trades": "target",
        "events": "bought 0.125",
        "results": "result +1.50 R",
    }

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        while panel(app).view != name:
            await press(pilot, "v")
        assert words[name] in screen_text(app)

    drive(script, size=size)


def test_a_click_chooses_a_view() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        await pilot.click("#views", offset=(14, 0))
        await settle(pilot)
        assert panel(app).view == "orders"

    drive(script)


def test_nothing_can_be_left_before_the_panel_is_armed() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        await press(pilot, "f", "K")
        assert panel(app)
        await press(pilot, "a")
        assert "Let the keys of this panel flatten and kill BTCUSDT on demo?" in screen_text(app)
        await press(pilot, "n", "f")
        assert panel(app)
        assert "READ-ONLY" in screen_text(app)
        assert core.asked_of_sessions == []

    drive(script, core=core)


@pytest.mark.parametrize(("key", "what"), [("f", "flatten"), ("K", "kill")])
def test_leaving_names_symbol_and_size_and_needs_a_yes(key: str, what: str) -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await armed(pilot, app)
        assert "ARMED" in screen_lines(app)[1]
        await press(pilot, key)
        assert isinstance(app.screen, ConfirmScreen)
        question = f"{what.capitalize()} on demo: cancel 2 orders of BTCUSDT and close long 0.125 BTCUSDT"
        assert question[:52] in screen_text(app)
        assert "0.125 BTCUSDT bought at 45,001.50?" in screen_text(app)
        assert f"psky live {what} BTCUSDT --session tp31a1" in screen_text(app)
        await press(pilot, "n")
        assert core.asked_of_sessions == []
        await press(pilot, key, "y")
        assert core.asked_of_sessions == [("tp31a1", what)]
        assert f"{what}: the session is flat" in screen_lines(app)[0]

    drive(script, core=core)


def test_a_session_that_may_not_be_flat_is_said_until_it_is_answered() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await armed(pilot, app)
        core.error = NotFlat("THE ACCOUNT MAY NOT BE FLAT: expected session tp31a1 to get flat within 35 s")
        await press(pilot, "K", "y")
        core.error = None
        await look(pilot, app)
        assert "✗ THE ACCOUNT MAY NOT BE FLAT" in screen_text(app)
        assert "psky live kill BTCUSDT --session tp31a1" in screen_text(app)
        await press(pilot, "r")
        await settle(pilot)
        assert "▲ long 0.125" in screen_text(app)

    drive(script, core=core)


def test_an_ended_session_cannot_be_armed_and_its_lamps_say_why() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "4", "j", "j", "enter")
        await settle(pilot)
        assert "LIVE · REAL MONEY" in screen_lines(app)[1]
        assert "CUT OFF" in screen_lines(app)[1]
        assert "✗ guard" in screen_text(app)
        await press(pilot, "a")
        assert panel(app)

    drive(script)


def test_a_replay_runs_at_its_speed_stops_and_is_sought() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        await press(pilot, "p")
        assert "REPLAY 60x" in screen_lines(app)[1]
        await look(pilot, app)
        assert panel(app).at_us > START_US
        before = panel(app).at_us
        await look(pilot, app)
        quick = panel(app).at_us - before
        await press(pilot, "right_square_bracket")
        before = panel(app).at_us
        await look(pilot, app)
        assert panel(app).at_us - before == 10 * quick
        await press(pilot, "space")
        stopped = panel(app).at_us
        await look(pilot, app)
        assert panel(app).at_us == stopped
        assert "REPLAY stopped, 600x" in screen_lines(app)[1]
        await press(pilot, "full_stop")
        assert panel(app).at_us == stopped + 12 * MINUTE_US
        await press(pilot, "comma", "comma", "comma", "comma")
        assert panel(app).at_us == START_US
        await press(pilot, *["full_stop"] * 60)
        assert panel(app).at_us == START_US + 600 * MINUTE_US
        assert "2026-01-01 10:00:00 UTC" in screen_text(app)
        await press(pilot, *["left_square_bracket"] * 9, "space")
        assert "REPLAY 1x" in screen_lines(app)[1]
        await press(pilot, "p")
        await settle(pilot)
        assert "READ-ONLY" in screen_lines(app)[1]

    drive(script, core=core)


def test_a_replay_is_never_armed() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await armed(pilot, app)
        await press(pilot, "p", "a", "f", "K")
        assert panel(app)
        assert core.asked_of_sessions == []
        await press(pilot, "p")
        await settle(pilot)
        assert "READ-ONLY" in screen_lines(app)[1]

    drive(script, core=core)


def test_a_journal_that_cannot_be_read_is_said_and_read_again() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        core.session.error = JournalError("expected to read the journal x, found: disk I/O error")
        await look(pilot, app)
        assert "✗ expected to read the journal" in screen_text(app)
        core.session.error = None
        await press(pilot, "r")
        await settle(pilot)
        assert "▲ long 0.125" in screen_text(app)

    drive(script, core=core)


def test_the_journal_is_let_go_of() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        await press(pilot, "escape")
        assert core.session.closed

    drive(script, core=core)


def test_privacy_hides_the_money_in_events_and_lamps_and_shows_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "4", "j", "j", "enter")
        await settle(pilot)
        await press(pilot, "v", "v", "v")
        assert "bought 0.125 at 45,001.50" in screen_text(app)
        assert "lost today 301.00 USDT" in screen_text(app)
        await press(pilot, "dollar_sign")
        await settle(pilot)
        assert f"bought {HIDDEN} at 45,001.50" in screen_text(app)
        assert f"lost today {HIDDEN} USDT" in screen_text(app)
        assert not [amount for amount in ("0.125", "301.00", "300.00", "10,012") if amount in screen_text(app)]
        await press(pilot, "l", "l", "y", "e", "c")
        assert HIDDEN in app.clipboard
        assert "0.125" not in (tmp_path / "exports/live-BTCUSDT-tp1aa0-events.csv").read_text()
        await press(pilot, "dollar_sign")
        await settle(pilot)
        assert "bought 0.125 at 45,001.50" in screen_text(app)

    drive(script, size=(160, 48))


@pytest.mark.parametrize("size", [*SIZES, (40, 12), (20, 6)], ids=str)
def test_a_session_is_drawn_at_every_size(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await opened(pilot, app)
        await press(pilot, "v", "v", "v", "v", "z", "escape")
        await pilot.resize_terminal(size[0] + 90, size[1] + 3)
        await settle(pilot)
        assert max(len(line) for line in screen_lines(app)) <= size[0] + 90

    drive(script, size=size)
