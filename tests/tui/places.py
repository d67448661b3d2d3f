"""How each situation that is tested is reached."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.tui.drive import KEY, look, press, settle
from tests.tui.fake import backtest
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.screens.backtests import BacktestsPanel
from tui.screens.chart import ChartPanel
from tui.screens.data import DataPanel
from tui.screens.jobs import JobsPanel
from tui.screens.live import LivePanel
from tui.screens.sessions import SessionsPanel
from tui.screens.studies import StudiesPanel
from tui.screens.trial import TrialPanel
from tui.screens.trials import TrialsPanel
from tui.widgets.crumbs import Crumbs


def panel(app: PskyApp) -> Any:  # noqa: ANN401 - the test knows which panel it is
    return app.screen


def said(app: PskyApp) -> str:
    return app.screen.query_one(Crumbs).said


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
