"""Every key that a footer shows does what it says, on each panel, at both sizes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui import key_acts as acts
from tests.tui import places
from tests.tui import tape_acts as tapes
from tests.tui.drive import FOCUS, SIZES, drive, press, settle
from tests.tui.fake import FakeCore
from tests.tui.places import panel
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.screens.studies import StudiesPanel
from tui.widgets.keybar import footer_bindings

# The wide one takes as long again: `make test` runs it, `make fast` leaves it out.
BOTH_SIZES = pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)], ids=str)

Act = Callable[[Pilot[Any], PskyApp], Awaitable[None]]


# These leave the panel as it was, the last one leaves psky: one session tries them one after the other.
NEUTRAL = ("r", "t", "e", "?", "y", "z", "^p", "q")
EVERYWHERE: dict[str, Act] = {
    "r": acts.reloads,
    "t": acts.changes_theme,
    "e": acts.exports,
    "?": acts.helps,
    "^p": acts.opens_palette,
    "q": acts.quits,
}
TABLE: dict[str, Act] = {"s": acts.sorts, "S": acts.reverses, "z": acts.zooms, "y": acts.copies_row}
BACKTEST: dict[str, Act] = {
    "p": acts.next_part,
    "Y": acts.copies_run_command,
    "esc": acts.goes_back,
    "n": acts.opens_form,
}
ON_TRIAL: dict[str, Act] = {
    "b": acts.opens_backtest,
    "c": tapes.opens_touches,
    "v": acts.walks_views,
    "y": acts.copies,
    "z": acts.zooms,
    "Y": acts.copies_train_command,
    "esc": acts.goes_back,
}

SITUATIONS: dict[str, tuple[Act, dict[str, Act]]] = {
    "data": (
        places.on_data,
        EVERYWHERE
        | TABLE
        | {"⏎": tapes.opens_chart, "i": tapes.opens_import, "d": tapes.opens_download}
        | {"r": tapes.reloads_tapes, "Y": tapes.copies_check_command},
    ),
    "days": (
        places.on_days,
        EVERYWHERE
        | {
            "⏎": tapes.opens_day,
            "i": tapes.opens_import,
            "d": tapes.opens_download,
            "r": tapes.reloads_tapes,
            "z": acts.zooms,
            "y": acts.copies,
            "Y": tapes.copies_check_command,
        },
    ),
    "chart": (
        places.on_chart,
        EVERYWHERE
        | {
            "+": tapes.comes_closer,
            "-": tapes.goes_farther,
            "0": tapes.shows_all,
            "o": tapes.lays_touches,
            "r": tapes.reloads_chart,
        }
        | {"z": acts.zooms, "y": acts.copies, "Y": tapes.copies_candles_command, "esc": acts.goes_back},
    ),
    "overlaid": (
        places.on_overlaid,
        EVERYWHERE
        | {
            "+": tapes.comes_closer,
            "-": tapes.goes_farther,
            "0": tapes.shows_all,
            "o": tapes.lays_more,
            "n": tapes.next_mark,
        }
        | {
            "r": tapes.reloads_chart,
            "z": acts.zooms,
            "y": acts.copies,
            "Y": tapes.copies_candles_command,
            "esc": acts.goes_back,
        },
    ),
    "sessions": (
        places.on_sessions,
        EVERYWHERE | TABLE | {"⏎": tapes.opens_session, "n": acts.opens_form, "Y": tapes.copies_watch_session_command},
    ),
    "live": (
        places.on_live,
        EVERYWHERE
        | TABLE
        | {
            "v": tapes.next_live_view,
            "p": tapes.replays,
            "a": tapes.arms,
            "r": tapes.reloads_session,
            "Y": tapes.copies_watch_session_command,
        }
        | {"esc": acts.goes_back},
    ),
    "armed": (
        places.on_armed,
        EVERYWHERE
        | TABLE
        | {
            "v": tapes.next_live_view,
            "p": tapes.replays,
            "f": tapes.asks_to_flatten,
            "K": tapes.asks_to_kill,
            "r": tapes.reloads_session,
        }
        | {"Y": tapes.copies_watch_session_command, "esc": acts.goes_back},
    ),
    "replay": (
        places.on_replay,
        EVERYWHERE
        | TABLE
        | {
            "v": tapes.next_live_view,
            "p": tapes.ends_replay,
            "␣": tapes.stops_replay,
            "[": tapes.slows,
            "]": tapes.hastens,
            ",": tapes.seeks,
            ".": tapes.seeks,
        }
        | {"Y": tapes.copies_watch_session_command, "esc": acts.goes_back, "r": tapes.ends_replay_by_reload},
    ),
    "studies": (
        places.on_studies,
        EVERYWHERE | TABLE | {"⏎": acts.opens_trials, "Y": acts.copies_list_command, "n": acts.opens_form},
    ),
    "trials": (
        places.on_trials,
        EVERYWHERE
        | TABLE
        | {
            "⏎": acts.opens_trial,
            "/": acts.filters,
            "Y": acts.copies_best_command,
            "esc": acts.goes_back,
            "b": acts.opens_backtest,
        }
        | {"v": acts.walks_views, "m": acts.marks, "C": acts.chooses_columns, "R": acts.resumes},
    ),
    "filter": (places.on_filter, {"⏎": acts.keeps_filter, "esc": acts.drops_filter, "^p": acts.opens_palette}),
    "trial": (
        places.on_trial,
        EVERYWHERE
        | ON_TRIAL
        | {
            "T": acts.trains,
            "R": acts.reproduces,
            "c": tapes.opens_touches,
            "L": acts.asks_where_to_trade,
            "y": acts.copies,
            "z": acts.zooms,
        },
    ),
    "training": (
        places.on_training,
        EVERYWHERE | ON_TRIAL | {"x": acts.stops},
    ),
    "results": (
        places.on_results,
        EVERYWHERE | TABLE | {"⏎": acts.opens_result, "m": acts.marks, "Y": acts.copies_results_command},
    ),
    "unrun": (places.on_unrun, EVERYWHERE | BACKTEST | {"b": acts.runs}),
    "running": (places.on_running, EVERYWHERE | BACKTEST | {"x": acts.stops}),
    "failed": (places.on_failed, EVERYWHERE | BACKTEST | {"b": acts.runs_again, "y": acts.copies}),
    "jobs": (
        places.on_jobs,
        EVERYWHERE | TABLE | {"⏎": acts.opens_log, "x": acts.asks_before_it_stops, "Y": acts.copies_watch_command},
    ),
    "result": (
        places.on_result,
        EVERYWHERE
        | BACKTEST
        | TABLE
        | {"b": acts.runs, "v": acts.next_view, "w": acts.opens_report, "⏎": acts.opens_candles},
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
        await places.on_trials(pilot, app)
        await press(pilot, *([keys] if len(keys) > 3 or keys == "end" else keys))
        assert panel(app).table.cursor_row == row if row is not None else panel(app).table.cursor_row > 3

    drive(script)


def test_columns_are_walked_and_sorted_by_the_cursor() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await places.on_trials(pilot, app)
        await press(pilot, "l", "right", "l", "h", "l", "o")
        assert panel(app).table.sort_key == "trades"

    drive(script)


def test_backspace_goes_back_too() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert isinstance(panel(app), BacktestPanel)
        await press(pilot, "backspace", "backspace")
        assert isinstance(panel(app), StudiesPanel)

    drive(script, focus=FOCUS, core=FakeCore())
