"""How sessions are reached, and what each key there is to do."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.tui.drive import press, settle
from tests.tui.places import panel
from tui.app import PskyApp
from tui.screens.confirm import ConfirmScreen
from tui.screens.live import LivePanel
from tui.screens.sessions import SessionsPanel


async def on_sessions(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "4")
    assert isinstance(panel(app), SessionsPanel)


async def on_live(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_sessions(pilot, app)
    await press(pilot, "enter")
    await settle(pilot)
    assert isinstance(panel(app), LivePanel)


async def on_armed(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_live(pilot, app)
    await press(pilot, "a", "y")


async def on_replay(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_live(pilot, app)
    await press(pilot, "p", "full_stop", "full_stop")
    await settle(pilot)


async def opens_session(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), LivePanel)


async def copies_watch_session_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky live watch BTCUSDT --session tp31a1"


async def next_live_view(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "v")
    assert panel(app).shown == "orders"
    await press(pilot, "V", "V")
    assert panel(app).shown == "results"


async def replays(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "p")
    assert panel(app).replay is not None


async def arms(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "a", "y")
    assert panel(app).is_armed


async def asks_to_flatten(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "f")
    assert isinstance(panel(app), ConfirmScreen)


async def asks_to_kill(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "K")
    assert isinstance(panel(app), ConfirmScreen)


async def reloads_session(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    before = len(core.reads)
    await press(pilot, "r")
    assert core.reads[before:] == ["watch tp31a1"]


async def ends_replay(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "p")
    assert panel(app).replay is None


async def ends_replay_by_reload(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "r")
    assert panel(app).replay is None


async def stops_replay(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "space")
    assert panel(app).is_paused


async def slows(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "left_square_bracket")
    assert panel(app).speed == 10


async def hastens(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "right_square_bracket")
    assert panel(app).speed == 600


async def seeks(pilot: Pilot[Any], app: PskyApp) -> None:
    before = panel(app).at_us
    await press(pilot, "comma")
    assert panel(app).at_us < before
    await press(pilot, "full_stop")
    assert panel(app).at_us == before
