"""A session is asked for in a form, from a trial or on the Live tab."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.errors import NotArmed, UsageError
from tests.tui import places
from tests.tui.drive import drive, look, press, screen_text, settle
from tests.tui.fake import FakeCore
from tui.app import PskyApp
from tui.forms.live import live_task
from tui.privacy import HIDDEN
from tui.read_only import ReadOnlyCore
from tui.screens.confirm import ConfirmScreen
from tui.screens.form import FormScreen
from tui.screens.sessions import SessionsPanel
from tui.screens.trial import TrialPanel
from tui.work import Task, Work

ADDRESS = "http://127.0.0.1:8765"
WORDS = ("live", "run", "BTCJPY", "--env")
TRIAL = ("--study", "first-light", "--trial", "6")


async def chosen(pilot: Pilot[Any], environment: str) -> None:
    await press(pilot, "L", *["backspace"] * 3, *environment)


def test_a_trial_goes_live_as_a_job_on_a_simulator() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await press(pilot, "L", "ctrl+s")
        assert "SIM · no real money · a Bybit on this machine" in screen_text(app)
        assert "expected the simulator's address" in screen_text(app)
        assert core.rehearsed == []
        await press(pilot, "tab", *ADDRESS, "ctrl+y", "ctrl+s")
        assert app.clipboard == f"psky {' '.join(WORDS)} sim --address {ADDRESS} {' '.join(TRIAL)}"
        assert isinstance(app.screen, TrialPanel)
        task = Task(title="live BTCJPY on sim", command=(*WORDS, "sim", "--address", ADDRESS, *TRIAL))
        assert core.rehearsed == core.started == [task]
        core.job.move("running", 1, 3, "trading")
        await look(pilot, app)
        assert "live BTCJPY on sim" in screen_text(app)
        assert "trading" in screen_text(app)

    drive(script, core=core)


def test_real_money_needs_a_yes_to_symbol_and_environment() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await chosen(pilot, "live")
        assert "LIVE · REAL MONEY" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConfirmScreen)
        assert "This is REAL MONEY. Trade BTCJPY on live with trial 6" in screen_text(app)
        await press(pilot, "n")
        assert isinstance(app.screen, FormScreen)
        assert core.started == []
        await press(pilot, "ctrl+s", "y")
        assert [work.command for work in core.started] == [(*WORDS, "live", *TRIAL)]

    drive(script, core=core)


def test_what_is_typed_while_it_is_checked_takes_no_question_away() -> None:
    gate = threading.Event()

    class Slow(FakeCore):
        def rehearse(self, work: Work) -> None:
            gate.wait(20)
            super().rehearse(work)

    core = Slow()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await chosen(pilot, "live")
        await pilot.press("ctrl+s", *["backspace"] * 4, *"demo")
        gate.set()
        await settle(pilot)
        assert isinstance(app.screen, ConfirmScreen)
        assert "Trade BTCJPY on live" in screen_text(app)
        await press(pilot, "n")
        assert core.started == []

    drive(script, core=core)


def test_what_is_not_armed_is_said_before_anything_is_asked() -> None:
    core = FakeCore(refusal=NotArmed("expected BTCJPY to be armed for real money: psky live arm BTCJPY --env live"))

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await chosen(pilot, "live")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FormScreen)
        assert "expected BTCJPY to be armed for real money" in screen_text(app)
        assert core.started == []

    drive(script, core=core)


def test_play_money_is_not_asked_about() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await chosen(pilot, "demo")
        await press(pilot, "ctrl+s")
        assert [work.command for work in core.started] == [(*WORDS, "demo", *TRIAL)]

    drive(script, core=core)


@pytest.mark.parametrize("key", ["n", "L"])
def test_the_live_tab_offers_the_trial_of_the_session_under_the_cursor(key: str) -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_sessions(pilot, app)
        await press(pilot, key)
        screen: Any = app.screen
        assert isinstance(screen, FormScreen)
        assert [screen.values[name] for name in ("symbol", "study", "trial")] == ["BTCUSDT", "first-light", "6"]

    drive(script, core=core)


def test_without_a_session_it_offers_the_best_trial_and_reads_again_while_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    core, clock = FakeCore(sessions=()), [0.0]
    monkeypatch.setattr("tui.reading.monotonic", lambda: clock[0])

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "4", "n")
        screen: Any = app.screen
        assert [screen.values[name] for name in ("symbol", "study", "trial")] == ["BTCJPY", "first-light", "7"]
        await press(pilot, *["backspace"] * 3, *"demo", "ctrl+s")
        assert isinstance(app.screen, SessionsPanel)
        before = core.reads.count("sessions")
        await look(pilot, app)
        assert core.reads.count("sessions") == before
        clock[0] = 1e12
        await look(pilot, app)
        assert core.reads.count("sessions") == before + 1

    drive(script, core=core)


def test_privacy_hides_the_money_of_the_limits() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trial(pilot, app)
        await press(pilot, "L")
        assert "daily_loss_usdt     300" in screen_text(app)
        await press(pilot, "escape", "dollar_sign", "L")
        assert f"daily_loss_usdt     {HIDDEN}" in screen_text(app)

    drive(script, size=(100, 40))


def test_a_workstation_for_looking_starts_no_session() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "4", "n", "L")
        assert isinstance(app.screen, SessionsPanel)
        assert "New session" not in {command.title for command in app.get_system_commands(app.screen)}

    drive(script, core=ReadOnlyCore(core))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"env": "paper-money"}, "expected an environment among"),
        ({"env": "demo", "address": ADDRESS}, "expected no address"),
        ({"symbol": ""}, "expected a symbol"),
        ({"trial": "best"}, "expected the number of a trial, found 'best'"),
        ({"paced": "maybe"}, "expected yes or no for lock-step"),
        ({"speed": "-1"}, "expected a speed of 0 or more"),
        ({"speed": "inf"}, "expected a speed of 0 or more"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        live_task(FILLED | changes)


FILLED = {
    "env": "sim",
    "address": ADDRESS,
    "symbol": "BTCJPY",
    "study": "first-light",
    "trial": "6",
    "paced": "",
    "speed": "",
}


def test_a_paced_session_keeps_its_speed() -> None:
    command = live_task(FILLED | {"paced": "Yes", "speed": "60"}).command

    assert command == (*WORDS, "sim", "--address", ADDRESS, *TRIAL, "--paced", "--speed", "60")
