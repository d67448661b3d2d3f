"""Backtests from the workstation: the list, the form, two side by side, and a run that somebody else started."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.drive import FOCUS, KEY, drive, look, press, screen_text
from tests.tui.fake import FakeCore, backtest
from tests.tui.fake_jobs import FakeJob
from tui.app import PskyApp
from tui.screens.backtest import BacktestPanel
from tui.screens.form import FormScreen


def test_a_range_with_overrides_is_run_and_shown_beside_the_parts() -> None:
    wanted = replace(KEY, part="range_2026-01-24_", changes=("venue.fill=touch", "policy.ev_margin_r=0.1"))
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        empty = ["backspace"] * len("holdout")
        await press(pilot, "n", *empty, "tab", *"2026-01-24", "tab", "tab", *"touch", "tab", *"policy.ev_margin_r=0.1")
        await press(pilot, "ctrl+s")
        assert core.started == [wanted]
        core.results[wanted] = backtest(wanted)
        core.job.move("finished", 1, 1)
        await look(pilot, app)
        screen: Any = app.screen
        assert screen.key == wanted
        assert "2026-01-24" in screen_text(app)
        await press(pilot, "p")
        assert screen.key == KEY
        await press(pilot, "P")
        assert screen.key == wanted

    drive(script, core=core, focus=FOCUS, size=(160, 48))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("tab", *"2026-01-24"), "expected a part or a range, found both"),
        ((*"holdouts",), "found 'holdouts'"),
        (("tab", "tab", "tab", *"nearly"), "expected a fill rule among touch, queue, through"),
        (("tab", "tab", "tab", "tab", *"margin"), "expected section.field=value"),
    ],
)
def test_what_cannot_be_replayed_is_said_while_it_is_typed(keys: tuple[str, ...], words: str) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", *keys)
        assert isinstance(app.screen, FormScreen)
        assert words in " ".join(screen_text(app).replace("│", "").split())

    drive(script, focus=FOCUS)


def test_a_backtest_that_a_shell_started_is_attached_to_and_stopped() -> None:
    job = FakeJob(id="5e11")
    job.move("running", 3, 6, "replay")
    core = FakeCore(running={KEY: job})

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await look(pilot, app)
        assert "3/6" in screen_text(app)
        await press(pilot, "b")
        assert core.started == []
        await press(pilot, "x")
        assert job.stopped == 1

    drive(script, core=core, focus=FOCUS)


def test_two_marked_backtests_are_compared() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "3", "m", "j", "j", "m")
        text = " ".join(screen_text(app).split())
        assert "B - A: -0.62 R a day" in text
        await press(pilot, "Y")
        one, other = "BTCJPY/first-light/trial_6_holdout", "BTCJPY/first-light/trial_6_fold_2"
        assert app.clipboard == f"psky backtest compare {one} {other}"

    drive(script)


def test_a_result_is_opened_from_the_list_with_its_overrides() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "3", "j", "enter")
        assert isinstance(app.screen, BacktestPanel)
        assert app.screen.key == replace(KEY, changes=("venue.fill=touch",))
        assert [key.title for key in app.screen.keys] == ["hold-out", "fold 2", "hold-out, venue.fill=touch"]

    drive(script)


def test_a_backtest_alone_offers_no_next_part() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "3", "j", "j", "j", "enter")  # the only one of trial 3
        assert app.screen.check_action("next_part", (1,)) is False
        assert "next part" not in screen_text(app)

    drive(script, size=(160, 48))
