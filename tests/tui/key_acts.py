"""What each key is to do with studies, backtests and jobs: presses it and looks at what came of it."""

from __future__ import annotations

import re
from typing import Any

from textual.command import CommandPalette
from textual.pilot import Pilot

from tests.tui.drive import KEY, press, settle
from tests.tui.places import panel, said
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.screens.chart import ChartPanel
from tui.screens.confirm import ConfirmScreen
from tui.screens.export import ExportScreen
from tui.screens.form import FormScreen
from tui.screens.help import HelpScreen
from tui.screens.panel import Panel
from tui.screens.trial import TrialPanel
from tui.screens.trials import TrialsPanel
from tui.widgets.keybar import KeyBar

TRIAL_WORDS = ("BTCJPY", "--study", "first-light", "--trial", "6")


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
    await settle(pilot)  # what is left is read first
    assert core.started[-1].command == ("tune", "resume", "BTCJPY", "--study", "first-light")


async def trains(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "T")
    assert core.started[-1].command == ("train", *TRIAL_WORDS)


async def reproduces(pilot: Pilot[Any], app: PskyApp) -> None:
    core: Any = app.core
    await press(pilot, "R")
    assert core.started[-1].command == ("reproduce", "models/BTCJPY/first-light/tuning_summary_6.json")


async def asks_where_to_trade(pilot: Pilot[Any], app: PskyApp) -> None:
    await press(pilot, "L")
    assert isinstance(panel(app), FormScreen)
    assert {key: panel(app).values[key] for key in ("symbol", "study", "trial")} == {
        "symbol": "BTCJPY",
        "study": "first-light",
        "trial": "6",
    }


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
    before = table.descending
    await press(pilot, "S")
    assert table.descending is not before
    values = table.export_columns()[table.sort_key]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=table.descending)
    assert values[len(known) :] == [None] * (len(values) - len(known))


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


async def exports(pilot: Pilot[Any], app: PskyApp) -> None:
    below = panel(app)
    await press(pilot, "e")
    assert isinstance(panel(app), ExportScreen)
    await press(pilot, "escape")
    assert panel(app) is below


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
