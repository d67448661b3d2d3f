# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.errors import JobError
from tests.tui.drive import FOCUS, KEY, drive, look, press, screen_lines, screen_text, settle
from tests.tui.fake import FakeCore, backtest
from tui.app import PskyApp
from tui.messages import Looked, RunStarted
from tui.screens.studies import StudiesPanel
from tui.screens.trials import TrialsPanel


def test_progress_shows_share_rate_and_time_left() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")
        assert "▶ running" in screen_text(app)
        core.job.move("running", 1500, 4000, "replaying", rate=500.0)
        await look(pilot, app)
        assert "38%  1,500/4,000  500/s  ETA 5s  replaying" in screen_text(app)

    drive(script, core=core, focus=FOCUS)


def test_the_result_appears_when_the_job_has_finished() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")
        core.results[KEY] = backtest(KEY)
        core.job.move("finished", 10, 10, "72 trades")
        await look(pilot, app)
        assert "✓ finished  72 trades" in screen_text(app)
        assert "equity +" in screen_text(app)
        assert app.focused is app.screen.query_one("#trades")

    drive(script, core=core, focus=FOCUS)


def test_a_failed_job_says_why_and_where_its_log_lies() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")
        core.job.move("failed", text="expected a model, found none")
        await look(pilot, app)
        assert "✗ failed  expected a model, found none" in screen_text(app)
        assert "log  models/.jobs/ab12cd34/log.txt" in screen_text(app)

    drive(script, core=core, focus=FOCUS)


def test_a_killed_job_is_not_called_finished() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")
        core.job.move("killed", 5, 10, "replaying")
        await look(pilot, app)
        assert "✗ killed its process is gone and did not say why; its last word: replaying" in " ".join(
            screen_text(app).split()
        )

    drive(script, core=core, focus=FOCUS)


def test_stopping_is_asked_once_and_ends_as_stopped() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b", "x")
        assert core.job.stopped == 1
        assert "▶ stopping" in screen_text(app)
        core.job.move("killed", text="replaying")
        await look(pilot, app)
        assert "■ stopped" in screen_text(app)

    drive(script, core=core, focus=FOCUS)


def test_a_job_that_cannot_start_says_why() -> None:
    core = FakeCore(results={KEY: backtest(KEY)})

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        core.error = JobError("expected to start python, found: no such file")
        await press(pilot, "b")
        assert "✗ failed  expected to start python, found: no such file" in screen_text(app)

    drive(script, core=core, focus=FOCUS)


def test_a_running_backtest_is_not_started_twice() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b", "b")
        await press(pilot, "p", "b")
        assert core.started == [KEY, replace(KEY, part="fold_1")]

    drive(script, core=core, focus=FOCUS)


def test_a_run_is_found_again_after_leaving_its_panel_and_told_of_elsewhere() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b", "escape")
        assert isinstance(app.screen, TrialsPanel)
        core.job.move("running", 3, 10, "replaying")
        await look(pilot, app)
        await press(pilot, "b")
        assert "3/10" in screen_text(app)
        await press(pilot, "escape")
        core.job.move("finished", 10, 10)
        await look(pilot, app)
        assert f"finished: {KEY}"[:40] in screen_lines(app)[0]

    drive(script, core=core, focus=FOCUS)


def test_quitting_says_what_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")
        await pilot.press("q")

    drive(script, focus=FOCUS)
    words = capsys.readouterr().err
    assert "1 running in processes of their own, and going on" in words
    assert "models/.jobs/ab12cd34" in words


def test_psky_opens_on_a_trial_and_says_when_there_is_none() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert isinstance(app.screen, TrialsPanel)
        assert "✗ expected trial 999, found 20 others" in screen_lines(app)[0]

    async def no_study(pilot: Pilot[Any], app: PskyApp) -> None:
        assert isinstance(app.screen, StudiesPanel)
        assert "✗ expected the study nope of BTCJPY, found none" in screen_lines(app)[0]

    drive(script, focus=("BTCJPY", "first-light", 999))
    drive(no_study, focus=("BTCJPY", "nope", 1))


def test_what_a_job_reports_while_psky_quits_harms_nothing() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "b")

    app = drive(script, core=core, focus=FOCUS)
    assert not app.screen_stack
    run = app.board.run(KEY)
    assert run is not None
    app.on_run_started(RunStarted(run, core.job))
    app.on_looked(Looked([(run, core.job.status())]))


def test_a_question_that_is_no_longer_asked_is_not_waited_for() -> None:
    gate = threading.Event()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        worker = app.run_worker(partial(gate.wait, 20), thread=True)
        asyncio.get_running_loop().call_later(0.05, worker.cancel)
        await settle(pilot)
        gate.set()

    drive(script)
