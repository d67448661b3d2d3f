"""Each screen as text, at both sizes. `PSKY_UPDATE_SNAPSHOTS=1 pytest tests/tui` writes them anew: read the diff."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.app.results import ResultList
from tests.tui.drive import FOCUS, KEY, SIZES, drive, look, press, screen_text, settle
from tests.tui.fake import FakeCore, backtest, locked
from tui.app import Focus, PskyApp
from tui.screens.backtest_text import VIEWS

FOLDER = Path(__file__).parent / "snapshots"

Act = Callable[[Pilot[Any], PskyApp, FakeCore], Awaitable[None]]


async def nothing(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    """Show what is there when psky opens."""


async def filtered(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "slash", *"trades>100 state=complete", "enter", "j")


async def impossible_filter(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "slash", *"sharpe>2")


async def trials(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter")


async def running(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "b")
    core.job.move("running", 2400, 4800, "replaying", rate=1200.0)
    await look(pilot, app)


async def failed(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "b")
    core.job.move("failed", text="expected model_6/ of this trial, found none: psky train makes it")
    await look(pilot, app)


async def fold(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "p", "p")


async def zoomed(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "shift+tab", "shift+tab", "z")


async def data(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1")


async def trial(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "enter")


async def results(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "3")


async def compared(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "3", "m", "j", "j", "m")


async def compared_trials(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "m", "j", "m")


async def columns(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "C")


async def new_study(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "n", "tab", *"second", "tab", "tab", "tab", "tab", *"labels", "tab", *"touch.ema=21")


async def new_backtest(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "n", "tab", *"2026-01-24")


def study_view(name: str) -> Act:
    async def act(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
        await press(pilot, "enter")
        screen: Any = app.screen
        screen.action_view(name)
        await settle(pilot)

    return act


async def data_import(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1", "i", *"trades/2026")


async def chart(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1", "enter")


async def chart_of_a_day(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1", "tab", "k", "enter")


async def chart_touches(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1", "enter", "plus", "o", "N")


async def trial_touches(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "enter", "enter", "c")
    await settle(pilot)
    await press(pilot, "N")


async def chart_trades(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "1", "enter", "O", "N")


async def going_live(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "4", "n", "tab", *"http://127.0.0.1:8765")


async def sessions(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "4")


async def live(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "4", "enter")
    await settle(pilot)


async def live_armed(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await live(pilot, app, core)
    await press(pilot, "a", "y", "v")


async def live_flatten(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await live_armed(pilot, app, core)
    await press(pilot, "f")


async def live_results(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await live(pilot, app, core)
    await press(pilot, "V")


async def live_replay(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await live(pilot, app, core)
    await press(pilot, "p", "space", "full_stop", "full_stop", "full_stop", "V", "V")


async def live_tripped(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "4", "j", "j", "enter")
    await settle(pilot)


async def jobs(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "5")


async def job_to_stop(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "5", "x")


async def help_screen(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
    await press(pilot, "question_mark")


def finished(part: str = KEY.part, **changes: Any) -> FakeCore:  # noqa: ANN401 - the result's fields
    key = replace(KEY, part=part)
    return FakeCore(results={key: backtest(key, **changes)})


def view(name: str) -> Act:
    async def act(pilot: Pilot[Any], app: PskyApp, core: FakeCore) -> None:
        await press(pilot, *"v" * (1 + list(VIEWS).index(name)))

    return act


SCREENS: dict[str, tuple[Callable[[], FakeCore], Focus | None, Act]] = {
    "data": (FakeCore, None, data),
    "data_locked": (lambda: FakeCore(error=locked()), None, data),
    "chart": (FakeCore, None, chart),
    "chart_day": (FakeCore, None, chart_of_a_day),
    "chart_touches": (FakeCore, None, chart_touches),
    "chart_trades": (FakeCore, None, chart_trades),
    "sessions": (FakeCore, None, sessions),
    "going_live": (FakeCore, None, going_live),
    "sessions_none": (lambda: FakeCore(sessions=()), None, sessions),
    "live": (FakeCore, None, live),
    "live_armed": (FakeCore, None, live_armed),
    "live_flatten": (FakeCore, None, live_flatten),
    "live_results": (FakeCore, None, live_results),
    "live_replay": (FakeCore, None, live_replay),
    "live_tripped": (FakeCore, None, live_tripped),
    "data_import": (FakeCore, None, data_import),
    "data_none": (lambda: FakeCore(symbols=[]), None, data),
    "studies": (FakeCore, None, nothing),
    "studies_none": (lambda: FakeCore(studies=[]), None, nothing),
    "studies_locked": (lambda: FakeCore(error=locked()), None, nothing),
    "trials": (FakeCore, None, trials),
    "trials_none": (lambda: FakeCore(trials=[]), None, trials),
    "trials_filtered": (FakeCore, None, filtered),
    "trials_impossible_filter": (FakeCore, None, impossible_filter),
    **{
        f"study_{name}": (FakeCore, None, study_view(name))
        for name in ("history", "importance", "slice", "parallel", "selection")
    },
    "study_compare": (FakeCore, None, compared_trials),
    "trials_columns": (FakeCore, None, columns),
    "new_study": (FakeCore, None, new_study),
    "trial": (FakeCore, None, trial),
    "trial_touches": (FakeCore, None, trial_touches),
    "results": (FakeCore, None, results),
    "results_none": (lambda: FakeCore(result_list=ResultList(results=(), unreadable=())), None, results),
    "results_compared": (FakeCore, None, compared),
    "new_backtest": (FakeCore, FOCUS, new_backtest),
    "backtest_unrun": (FakeCore, FOCUS, nothing),
    "backtest_running": (FakeCore, FOCUS, running),
    "backtest_failed": (FakeCore, FOCUS, failed),
    "backtest_holdout": (finished, FOCUS, nothing),
    "backtest_fold": (lambda: finished("fold_2"), FOCUS, fold),
    "backtest_different": (lambda: finished("fold_2", tuned_digest="0" * 64), FOCUS, fold),
    "backtest_zoomed": (finished, FOCUS, zoomed),
    "jobs": (FakeCore, None, jobs),
    "jobs_none": (lambda: FakeCore(jobs=[]), None, jobs),
    "jobs_stop": (FakeCore, None, job_to_stop),
    **{f"backtest_{name}": (finished, FOCUS, view(name)) for name in VIEWS},
    "help": (finished, FOCUS, help_screen),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_the_one_that_was_agreed(name: str, size: tuple[int, int]) -> None:
    make, focus, act = SCREENS[name]
    core = make()
    seen = ""

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        nonlocal seen
        await act(pilot, app, core)
        seen = screen_text(app)

    drive(script, core=core, size=size, focus=focus)
    path = FOLDER / f"{name}_{size[0]}x{size[1]}.txt"
    if os.environ.get("PSKY_UPDATE_SNAPSHOTS"):
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    known = {f"{name}_{width}x{height}.txt" for name in SCREENS for width, height in SIZES}
    assert {path.name for path in FOLDER.iterdir()} == known
