"""What each key is to do with tapes and live sessions: presses it and looks at what came of it."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.tui import fake_data
from tests.tui.drive import press
from tests.tui.places import panel
from tui.app import PskyApp
from tui.screens.chart import ChartPanel
from tui.screens.confirm import ConfirmScreen
from tui.screens.form import FormScreen
from tui.screens.live import LivePanel


async def copies_check_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky data check BTCJPY"


async def opens_chart(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), ChartPanel)
    assert panel(app).chart.step == ("1d" if app.size.width < 100 else "12h")  # the whole tape


async def opens_import(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "i")
    assert isinstance(panel(app), FormScreen)
    assert panel(app).form.title == "import trades"


async def opens_download(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "d")
    assert isinstance(panel(app), FormScreen)
    assert panel(app).form.title == "download trades"


async def opens_day(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), ChartPanel)
    assert panel(app).chart.step == "15m"


async def reloads_tapes(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    before = len(core.reads)
    await press(pilot, "r")
    assert core.reads[before:] == ["symbols", "check BTCJPY"]


async def reloads_chart(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    before = len(core.reads)
    await press(pilot, "r")
    assert core.reads[before : before + 2] == ["chart BTCJPY", "backtests BTCJPY"]


async def comes_closer(pilot: Pilot[Any], app: PskyApp) -> None:
    before = panel(app).chart.span_us
    await press(pilot, "plus")
    after = panel(app).chart.span_us
    assert after[1] - after[0] < before[1] - before[0]


async def goes_farther(pilot: Pilot[Any], app: PskyApp) -> None:
    before = panel(app).chart.span_us
    await press(pilot, "minus")
    after = panel(app).chart.span_us
    assert after[1] - after[0] > before[1] - before[0]


async def shows_all(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "0")
    start_us, end_us = panel(app).chart.span_us
    assert start_us < fake_data.START_US - 40 * fake_data.DAY_US
    assert end_us == fake_data.START_US


async def lays_touches(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "o")
    assert panel(app).overlay == "touches"


async def lays_more(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "o")
    assert panel(app).overlay == "touches of first-light"
    await press(pilot, "o")
    assert panel(app).overlay == "BTCJPY/first-light/trial_6_holdout"


async def opens_touches(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "c")
    assert isinstance(panel(app), ChartPanel)
    assert panel(app).overlay == "touches of first-light trial 6"


async def next_mark(pilot: Pilot[Any], app: PskyApp) -> None:
    before = panel(app).chart.cursor_us
    await press(pilot, "n")
    assert panel(app).chart.cursor_us > before


async def copies_candles_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard.startswith("psky data candles BTCJPY --step ")


async def opens_session(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), LivePanel)


async def copies_watch_session_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky live watch BTCUSDT --session tp31a1"


async def next_live_view(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "v")
    assert panel(app).view == "orders"
    await press(pilot, "V", "V")
    assert panel(app).view == "results"


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
