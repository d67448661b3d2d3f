"""The jobs, whoever started them: watched, read and stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from psky.errors import UsageError
from tests.tui.drive import drive, look, press, screen_lines, screen_text
from tests.tui.fake import FakeCore, locked
from tests.tui.fake_jobs import jobs
from tui.app import PskyApp
from tui.screens.confirm import ConfirmScreen
from tui.screens.jobs import JobsPanel


def panel(app: PskyApp) -> JobsPanel:
    assert isinstance(app.screen, JobsPanel)
    return app.screen


def test_a_job_is_watched_while_it_runs() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5")
        assert "57/200" in screen_text(app)
        first, *others = core.jobs
        core.jobs = [replace(first, status=replace(first.status, done=58, state="killed")), *others]
        await look(pilot, app)
        assert "58/200" in screen_text(app)
        assert "✗ killed" in screen_lines(app)[3]
        assert "4 jobs, 0 running" in screen_text(app)

    drive(script, core=core)


def test_the_cursor_stays_on_its_job_when_another_starts() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "j")
        core.jobs = [replace(core.jobs[0], id="ffffffff"), *core.jobs]
        await look(pilot, app)
        current = panel(app).table.current
        assert current is not None
        assert current.id == "77e0f1aa"
        assert "log of 77e0f1aa" in screen_text(app)
        assert "77e0f1aa: 40/200 trials" in screen_text(app)

    drive(script, core=core)


def test_stopping_needs_a_yes() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "x")
        assert isinstance(app.screen, ConfirmScreen)
        assert "Stop job ab12cd34?" in screen_text(app)
        await press(pilot, "n")
        assert core.asked_to_stop == []
        await press(pilot, "x", "escape", "x", "y")
        assert core.asked_to_stop == ["ab12cd34"]
        assert "asked ab12cd34 to stop" in screen_lines(app)[0]

    drive(script, core=core)


def test_a_job_that_was_asked_is_killed_the_second_time() -> None:
    running, *_ = jobs()
    core = FakeCore(jobs=[replace(running, status=replace(running.status, state="stopping"))])

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "x")
        assert "Kill job ab12cd34?" in screen_text(app)

    drive(script, core=core)


def test_an_ended_job_is_not_stopped() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "j", "x")
        panel(app)
        assert core.asked_to_stop == []

    drive(script, core=core)


def test_the_log_opens_on_the_whole_screen() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "enter")
        assert app.screen.maximized is panel(app).log_pane
        await press(pilot, "escape")
        assert app.screen.maximized is None

    drive(script)


def test_what_cannot_be_read_is_said_and_read_again() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        core.error = locked()
        await press(pilot, "5")
        assert "✗ expected to open" in screen_text(app)
        core.error = None
        await look(pilot, app)
        assert "4 jobs" in screen_text(app)

    drive(script, core=core)


def test_a_log_that_is_gone_is_said() -> None:
    class Pruned(FakeCore):
        def read_log(self, job_id: str) -> str:
            raise UsageError(f"expected a job, found {job_id!r}; there is none")

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5")
        assert "✗ expected a job, found 'ab12cd34'" in screen_text(app)

    drive(script, core=Pruned())


def test_the_command_that_does_the_same_is_copied() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "Y")
        assert app.clipboard == "psky jobs watch ab12cd34"

    async def none(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "5", "Y")
        assert app.clipboard == "psky jobs list"

    drive(script)
    drive(none, core=FakeCore(jobs=[]))
