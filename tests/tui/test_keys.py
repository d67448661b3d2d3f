"""Every key that a footer shows does what it says, on each panel, at both sizes."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot

from tests.tui import fake_data
from tests.tui.drive import FOCUS, KEY, SIZES, drive, look, press, settle
from tests.tui.fake import FakeCore, backtest
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.screens.backtests import BacktestsPanel
from tui.screens.chart import ChartPanel
from tui.screens.confirm import ConfirmScreen
from tui.screens.data import DataPanel
from tui.screens.form import FormScreen
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsPanel
from tui.screens.live import LivePanel
from tui.screens.panel import Panel
from tui.screens.sessions import SessionsPanel
from tui.screens.studies import StudiesPanel
from tui.screens.trial import TrialPanel
from tui.screens.trials import TrialsPanel
from tui.widgets.crumbs import Crumbs
from tui.widgets.keybar import KeyBar, footer_bindings

# The wide one takes as long again: `make test` runs it, `make fast` leaves it out.
BOTH_SIZES = pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)], ids=str)

Act = Callable[[Pilot[Any], PskyApp], Awaitable[None]]


def panel(app: PskyApp) -> Any:  # noqa: ANN401 - the test knows which panel it is
    return app.screen


def said(app: PskyApp) -> str:
    return app.screen.query_one(Crumbs).said


# How each situation is reached


async def on_data(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "1")
    assert isinstance(panel(app), DataPanel)


async def on_days(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_data(pilot, app)
    await press(pilot, "tab")


async def on_chart(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_data(pilot, app)
    await press(pilot, "enter", "plus")
    assert isinstance(panel(app), ChartPanel)


async def on_overlaid(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_chart(pilot, app)
    await press(pilot, "o", "g")


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


async def on_studies(pilot: Pilot[Any], app: PskyApp) -> None:
    assert isinstance(panel(app), StudiesPanel)


async def on_trials(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), TrialsPanel)


async def on_filter(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_trials(pilot, app)
    await press(pilot, "slash", *"pruned")


async def on_unrun(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_trials(pilot, app)
    panel(app).table.move_to(KEY.trial)
    await press(pilot, "b")
    assert isinstance(panel(app), BacktestPanel)


async def on_trial(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_trials(pilot, app)
    panel(app).table.move_to(KEY.trial)
    await press(pilot, "enter")
    assert isinstance(panel(app), TrialPanel)


async def on_training(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_trial(pilot, app)
    await press(pilot, "T")


async def on_results(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "3")
    assert isinstance(panel(app), BacktestsPanel)


async def on_running(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_unrun(pilot, app)
    await press(pilot, "b")


async def on_failed(pilot: Pilot[Any], app: PskyApp) -> None:
    await on_running(pilot, app)
    panel(app).core.job.move("failed", text="expected a model, found none")
    await look(pilot, app)


async def on_result(pilot: Pilot[Any], app: PskyApp) -> None:
    panel(app).core.results[KEY] = backtest(KEY)
    await on_unrun(pilot, app)


async def on_jobs(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "5")
    assert isinstance(panel(app), JobsPanel)


# What the keys do


async def opens_trials(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), TrialsPanel)


async def opens_trial(pilot: Pilot[Any], app: PskyApp) -> None:
    chosen = panel(app).table.current.number
    await press(pilot, "enter")
    assert isinstance(panel(app), TrialPanel)
    assert panel(app).trial.number == chosen


async def opens_backtest(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "b")
    assert isinstance(panel(app), BacktestPanel)


async def opens_result(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "j", "enter")
    assert isinstance(panel(app), BacktestPanel)
    assert panel(app).key.changes == ("venue.fill=touch",)


async def marks(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "m")
    assert len(panel(app).marked) == 1
    await press(pilot, "m")
    assert panel(app).marked == []


async def chooses_columns(pilot: Pilot[Any], app: PskyApp) -> None:
    below = panel(app)
    await press(pilot, "C", "space", "escape")
    assert panel(app) is below
    assert below.table.copy_text() != ""
    assert "state" not in {column.key for column in below.table._columns}  # noqa: SLF001 - what is shown


async def walks_views(pilot: Pilot[Any], app: PskyApp) -> None:
    before = panel(app).view
    await press(pilot, "v")
    assert panel(app).view != before
    await press(pilot, "V")
    assert panel(app).view == before


async def resumes(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "R")
    assert core.started[-1].command == ("tune", "resume", "BTCJPY", "--study", "first-light")


async def trains(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "T")
    assert core.started[-1].command == ("train", *TRIAL_WORDS)


async def reproduces(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "R")
    assert core.started[-1].command == ("reproduce", "models/BTCJPY/first-light/tuning_summary_6.json")


async def copies_live_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "L")
    assert app.clipboard == "psky live run " + " ".join(TRIAL_WORDS)


async def copies_train_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky train " + " ".join(TRIAL_WORDS)


async def copies_results_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky backtest list"


async def opens_form(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "n")
    assert isinstance(panel(app), FormScreen)
    await press(pilot, "escape")
    assert isinstance(panel(app), Panel)


async def opens_candles(pilot: Pilot[Any], app: PskyApp) -> None:
    entry_us = panel(app).trades.current.entry_ts_us
    await press(pilot, "enter")
    assert isinstance(panel(app), ChartPanel)
    start_us, end_us = panel(app).chart.span_us
    assert start_us <= entry_us <= end_us


async def opens_report(pilot: Pilot[Any], app: PskyApp) -> None:
    opened: list[str] = []
    screen: Any = app
    screen.open_url = opened.append
    await press(pilot, "w")
    assert opened[0].endswith("backtests/trial_6_holdout/report.html")


async def sorts(pilot: Pilot[Any], app: PskyApp) -> None:
    table: Any = app.focused
    before = table.sort_key
    await press(pilot, "s")
    assert table.sort_key != before


async def reverses(pilot: Pilot[Any], app: PskyApp) -> None:
    table: Any = app.focused
    before, first = table.descending, [id(row) for row in table.shown]
    await press(pilot, "S")
    assert table.descending is not before
    assert [id(row) for row in table.shown] != first


async def zooms(pilot: Pilot[Any], app: PskyApp) -> None:
    focused = app.focused
    await press(pilot, "z")
    assert app.screen.maximized is focused
    await press(pilot, "escape")
    assert app.screen.maximized is None


async def copies(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "y")
    assert app.clipboard
    assert said(app).startswith("copied")


async def copies_row(pilot: Pilot[Any], app: PskyApp) -> None:
    await copies(pilot, app)
    assert "\t" not in app.clipboard
    await press(pilot, "y")
    assert "\t" in app.clipboard


async def copies_check_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky data check BTCJPY"


async def opens_chart(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert isinstance(panel(app), ChartPanel)
    assert panel(app).chart.step == "1d"


async def opens_import(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "i")
    assert isinstance(panel(app), FormScreen)
    assert panel(app).form.title == "import trades"


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
    await press(pilot, "plus")
    assert panel(app).chart.step == "4h"


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


async def lays_trades(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "o")
    assert panel(app).overlay == "BTCJPY/first-light/trial_6_holdout"


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


async def copies_list_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky studies trials BTCJPY --study first-light"


async def copies_best_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert re.fullmatch(r"psky backtest run BTCJPY --study first-light --trial \d+", app.clipboard)


async def copies_run_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "p", "Y")
    assert app.clipboard == f"psky backtest run BTCJPY --study first-light --trial {KEY.trial} --fold 1"


async def reloads(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    before = len(core.reads)
    await press(pilot, "r")
    assert len(core.reads) == before + 1


async def goes_back(pilot: Pilot[Any], app: PskyApp) -> None:
    depth = len(app.screen_stack)
    await press(pilot, "escape")
    assert len(app.screen_stack) == depth - 1


async def changes_theme(pilot: Pilot[Any], app: PskyApp) -> None:
    before = app.theme
    await press(pilot, "t")
    assert app.theme != before
    assert app.theme in said(app)


async def helps(pilot: Pilot[Any], app: PskyApp) -> None:
    below = app.screen
    await press(pilot, "question_mark")
    assert not below.query_one(KeyBar).visible
    assert isinstance(panel(app), HelpScreen)
    await press(pilot, "escape")
    assert isinstance(panel(app), Panel)


async def opens_palette(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "ctrl+p")
    assert isinstance(panel(app), CommandPalette)
    await press(pilot, "escape")
    assert isinstance(panel(app), Panel)


async def quits(pilot: Pilot[Any], app: PskyApp) -> None:
    await pilot.press("q")
    assert app._exit  # noqa: SLF001 - whether the app was told to leave


async def filters(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "slash", *"trades>100")
    shown = panel(app).table.shown
    assert shown
    assert all(trial.trades > 100 for trial in shown)


async def keeps_filter(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert app.focused is panel(app).table
    assert 0 < len(panel(app).table.shown) < panel(app).table.total


async def drops_filter(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "escape")
    assert app.focused is panel(app).table
    assert len(panel(app).table.shown) == panel(app).table.total


async def runs(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "b")
    assert core.started == [KEY]


async def runs_again(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "b")
    assert core.started == [KEY, KEY]


async def stops(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "x")
    assert core.job.stopped == 1


async def asks_before_it_stops(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "x")
    assert isinstance(panel(app), ConfirmScreen)


async def opens_log(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "enter")
    assert app.screen.maximized is panel(app).log_pane


async def copies_watch_command(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "Y")
    assert app.clipboard == "psky jobs watch ab12cd34"


async def next_part(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "p")
    assert panel(app).part == "fold_1"


async def next_view(pilot: Pilot[Any], app: PskyApp) -> None:
    seen = []
    for _ in panel(app).views:
        await press(pilot, "v")
        seen.append(panel(app).view)
        assert app.focused is (panel(app).trades if seen[-1] == "trades" else panel(app).detail)
    assert seen == ["smells", "ladder", "stress", "funnel", "trades"]
    await press(pilot, "V")
    assert panel(app).view == "funnel"


# These leave the panel as it was, the last one leaves psky: one session tries them one after the other.
NEUTRAL = ("r", "t", "?", "y", "z", "^p", "q")
EVERYWHERE: dict[str, Act] = {"r": reloads, "t": changes_theme, "?": helps, "^p": opens_palette, "q": quits}
TABLE: dict[str, Act] = {"s": sorts, "S": reverses, "z": zooms, "y": copies_row}
BACKTEST: dict[str, Act] = {"p": next_part, "Y": copies_run_command, "esc": goes_back, "n": opens_form}
TRIAL_WORDS = ("BTCJPY", "--study", "first-light", "--trial", "6")
ON_TRIAL: dict[str, Act] = {"b": opens_backtest, "v": walks_views, "Y": copies_train_command, "esc": goes_back}

SITUATIONS: dict[str, tuple[Act, dict[str, Act]]] = {
    "data": (
        on_data,
        EVERYWHERE | TABLE | {"⏎": opens_chart, "i": opens_import, "r": reloads_tapes, "Y": copies_check_command},
    ),
    "days": (
        on_days,
        EVERYWHERE
        | {"⏎": opens_day, "i": opens_import, "r": reloads_tapes, "z": zooms, "y": copies, "Y": copies_check_command},
    ),
    "chart": (
        on_chart,
        EVERYWHERE
        | {"+": comes_closer, "-": goes_farther, "0": shows_all, "o": lays_touches, "r": reloads_chart}
        | {"z": zooms, "y": copies, "Y": copies_candles_command, "esc": goes_back},
    ),
    "overlaid": (
        on_overlaid,
        EVERYWHERE
        | {"+": comes_closer, "-": goes_farther, "0": shows_all, "o": lays_trades, "n": next_mark}
        | {"r": reloads_chart, "z": zooms, "y": copies, "Y": copies_candles_command, "esc": goes_back},
    ),
    "sessions": (on_sessions, EVERYWHERE | TABLE | {"⏎": opens_session, "Y": copies_watch_session_command}),
    "live": (
        on_live,
        EVERYWHERE
        | TABLE
        | {"v": next_live_view, "p": replays, "a": arms, "r": reloads_session, "Y": copies_watch_session_command}
        | {"esc": goes_back},
    ),
    "armed": (
        on_armed,
        EVERYWHERE
        | TABLE
        | {"v": next_live_view, "p": replays, "f": asks_to_flatten, "K": asks_to_kill, "r": reloads_session}
        | {"Y": copies_watch_session_command, "esc": goes_back},
    ),
    "replay": (
        on_replay,
        EVERYWHERE
        | TABLE
        | {"v": next_live_view, "p": ends_replay, "␣": stops_replay, "[": slows, "]": hastens, ",": seeks, ".": seeks}
        | {"Y": copies_watch_session_command, "esc": goes_back, "r": ends_replay_by_reload},
    ),
    "studies": (on_studies, EVERYWHERE | TABLE | {"⏎": opens_trials, "Y": copies_list_command, "n": opens_form}),
    "trials": (
        on_trials,
        EVERYWHERE
        | TABLE
        | {"⏎": opens_trial, "/": filters, "Y": copies_best_command, "esc": goes_back, "b": opens_backtest}
        | {"v": walks_views, "m": marks, "C": chooses_columns, "R": resumes},
    ),
    "filter": (on_filter, {"⏎": keeps_filter, "esc": drops_filter, "^p": opens_palette}),
    "trial": (
        on_trial,
        EVERYWHERE | ON_TRIAL | {"T": trains, "R": reproduces, "L": copies_live_command, "y": copies, "z": zooms},
    ),
    "training": (on_training, EVERYWHERE | ON_TRIAL | {"x": stops, "y": copies, "z": zooms}),
    "results": (on_results, EVERYWHERE | TABLE | {"⏎": opens_result, "m": marks, "Y": copies_results_command}),
    "unrun": (on_unrun, EVERYWHERE | BACKTEST | {"b": runs}),
    "running": (on_running, EVERYWHERE | BACKTEST | {"x": stops}),
    "failed": (on_failed, EVERYWHERE | BACKTEST | {"b": runs_again, "y": copies}),
    "jobs": (
        on_jobs,
        EVERYWHERE | TABLE | {"⏎": opens_log, "x": asks_before_it_stops, "Y": copies_watch_command},
    ),
    "result": (
        on_result,
        EVERYWHERE | BACKTEST | TABLE | {"b": runs, "v": next_view, "w": opens_report, "⏎": opens_candles},
    ),
}


@BOTH_SIZES
@pytest.mark.parametrize("name", SITUATIONS)
def test_each_key_of_the_footer_is_tested(name: str, size: tuple[int, int]) -> None:
    reach, keys = SITUATIONS[name]

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await reach(pilot, app)
        assert {app.get_key_display(binding) for binding in footer_bindings(app.screen)} == set(keys)

    drive(script, size=size)


@BOTH_SIZES
@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, (_, keys) in SITUATIONS.items() for key in keys if key not in NEUTRAL]
)
def test_key_does_what_the_footer_says(name: str, key: str, size: tuple[int, int]) -> None:
    reach, keys = SITUATIONS[name]

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await reach(pilot, app)
        await keys[key](pilot, app)

    drive(script, size=size)


@BOTH_SIZES
@pytest.mark.parametrize("name", SITUATIONS)
def test_keys_that_leave_the_panel_alone_do_what_the_footer_says(name: str, size: tuple[int, int]) -> None:
    reach, keys = SITUATIONS[name]

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await reach(pilot, app)
        for key in NEUTRAL:
            if key in keys:
                await keys[key](pilot, app)

    drive(script, size=size)


@BOTH_SIZES
def test_a_click_on_a_key_presses_it(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        lines = panel(app).query_one("KeyBar")._lines(size[0])  # noqa: SLF001 - where the keys are
        y, x = next((y, line.plain.index("theme")) for y, line in enumerate(lines) if "theme" in line.plain)
        before = app.theme
        await pilot.click("KeyBar", offset=(x, y))
        await settle(pilot)
        assert app.theme != before

    drive(script, size=size)


@pytest.mark.parametrize(
    ("keys", "row"), [("j", 1), ("jjk", 1), ("G", 19), ("Gg", 0), ("down", 1), ("end", 19), ("ctrl+f", None)]
)
def test_the_cursor_moves_by_letters_and_arrows(keys: str, row: int | None) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await on_trials(pilot, app)
        await press(pilot, *([keys] if len(keys) > 3 or keys == "end" else keys))
        assert panel(app).table.cursor_row == row if row is not None else panel(app).table.cursor_row > 3

    drive(script)


def test_columns_are_walked_and_sorted_by_the_cursor() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await on_trials(pilot, app)
        await press(pilot, "l", "right", "l", "h", "l", "o")
        assert panel(app).table.sort_key == "trades"

    drive(script)


def test_backspace_goes_back_too() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert isinstance(panel(app), BacktestPanel)
        await press(pilot, "backspace", "backspace")
        assert isinstance(panel(app), StudiesPanel)

    drive(script, focus=FOCUS, core=FakeCore())
