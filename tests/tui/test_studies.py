"""A study from the workstation: asked for in a form, watched, paused, resumed, looked into."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from psky.app.views import TrialView
from psky.errors import UsageError
from tests.tui.drive import drive, look, press, screen_lines, screen_text, settle
from tests.tui.fake import FakeCore, study, trial
from tui.app import PskyApp
from tui.screens.form import FormScreen
from tui.screens.studies import StudiesPanel
from tui.screens.study_text import history, slice_of
from tui.work import Task


def test_a_new_study_is_rehearsed_and_started_as_a_job() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", *["tab"] * 6, *"touch.ema=21 intent.entry=maker", "ctrl+s")
        assert isinstance(app.screen, StudiesPanel)
        words = ("tune", "run", "BTCJPY", "--study", "study", "--trials", "20")
        fixed = ("--fix", "touch.ema=21", "--fix", "intent.entry=maker")
        assert core.rehearsed == core.started == [Task(title="tune study of BTCJPY", command=(*words, *fixed))]

    drive(script, core=core)


def test_enter_walks_the_fields_and_starts_at_the_last() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", *["enter"] * 9)
        assert isinstance(app.screen, FormScreen)
        await press(pilot, "enter")
        assert len(core.started) == 1

    drive(script, core=core)


@pytest.mark.parametrize(
    ("keys", "words"), [(("tab", *["backspace"] * 5), "expected a study"), (("tab", "tab", *"many"), "found 'many'")]
)
def test_what_cannot_be_is_said_while_it_is_typed(keys: tuple[str, ...], words: str) -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", *keys)
        assert words in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FormScreen)
        assert core.rehearsed == core.started == []

    drive(script, core=core)


def test_what_the_command_refuses_keeps_the_form_open() -> None:
    core = FakeCore(refusal=UsageError("expected a group of the search space, found 'labls'"))

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", "ctrl+s")
        assert "found 'labls'" in screen_text(app)
        core.refusal = None
        await press(pilot, "ctrl+s")
        assert len(core.started) == 1

    drive(script, core=core)


def test_a_form_that_is_left_starts_nothing() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "n", "escape")
        assert core.started == []

    drive(script, core=core)


def at_work() -> list[TrialView]:
    return [*(trial(number) for number in range(12)), replace(trial(12), state="running", score=None, folds=())]


def test_a_study_at_work_is_paused_and_not_resumed() -> None:
    core = FakeCore(trials=at_work())

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "R")
        assert core.started == []
        await press(pilot, "P")
        assert core.paused == [("BTCJPY", "first-light")]
        assert "pauses after the trials at work" in screen_text(app)

    drive(script, core=core)


def test_a_study_with_nothing_left_says_so_and_starts_no_job() -> None:
    core = FakeCore(left=0)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "R")
        assert core.started == []
        assert "no trials are left to run" in screen_text(app)

    drive(script, core=core)


def test_a_study_at_work_is_read_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    core, clock = FakeCore(trials=at_work()), [0.0]
    monkeypatch.setattr("tui.reading.monotonic", lambda: clock[0])

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter")
        before = len(core.reads)
        await look(pilot, app)
        assert len(core.reads) == before
        clock[0] = 1e12
        await look(pilot, app)
        assert len(core.reads) == before + 1

    drive(script, core=core)


def test_two_marked_trials_are_compared_and_a_third_takes_the_place_of_the_first() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "m", "j", "m")
        screen: Any = app.screen
        first, second = screen.marked
        assert screen.view == "compare"
        assert f"trial {first}" in screen_text(app)
        assert f"trial {second}" in screen_text(app)
        await press(pilot, "j", "m")
        assert screen.marked[0] == second

    drive(script)


def test_the_slice_follows_the_column_under_the_cursor() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "v", "v", "v", *"lllllllllll")
        assert "score by stop_atr" in screen_text(app)

    drive(script)


def test_a_study_that_cannot_be_read_says_why_beside_the_others() -> None:
    odd = replace(study(name="odd"), problem="expected the record of a study, found: Input data was truncated")

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert "✗ cannot be read" in screen_text(app)
        await press(pilot, "j")
        assert "expected the record of a study" in screen_text(app)

    drive(script, core=FakeCore(studies=[study(), odd]))


async def on_parallel(pilot: Pilot[Any], app: PskyApp) -> Any:  # noqa: ANN401 - the screen
    await press(pilot, "enter", *"vvvv")
    screen: Any = app.screen
    assert screen.view == "parallel"
    return screen


def test_parallel_axes_stand_in_the_order_of_their_importance_and_show_the_trial_under_the_cursor() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await on_parallel(pilot, app)
        assert "15 scored trials · ◆ best tenth" in screen_text(app)
        line = next(line for line in screen_text(app).splitlines() if "stop_atr" in line and "rr" in line)
        assert line.split() == ["score", "stop_atr", "ema_period", "rr", "min_ev_r", "learning_ra…"]
        first = screen_text(app)
        assert first.count("●") > 6
        await press(pilot, "j")
        assert screen_text(app) != first

    drive(script)


def test_parallel_axes_that_do_not_fit_are_walked_to_and_the_cursors_column_is_brought_into_sight() -> None:
    def shown(app: PskyApp) -> list[str]:
        return next(line for line in screen_text(app).splitlines() if line.startswith(" score  ")).split()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen = await on_parallel(pilot, app)
        assert "touch_timef…" not in shown(app)
        await press(pilot, *"l" * 10)
        assert screen.table.current_column.key == "touch_timeframe"
        assert "touch_timef…" in shown(app)
        screen.parallel.focus()
        await press(pilot, "g")
        assert shown(app)[1] == "stop_atr"
        assert "values 1 to 5 of 6" in screen_text(app)
        await press(pilot, "l")
        assert shown(app)[:2] == ["score", "ema_period"]
        assert "values 2 to 6 of 6" in screen_text(app)
        await press(pilot, "G", "h")
        assert shown(app)[1] == "stop_atr"

    drive(script)


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (60, 15)], ids=str)
def test_parallel_axes_are_drawn_at_every_size(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen = await on_parallel(pilot, app)
        screen.parallel.focus()
        await press(pilot, "z", "l", "G", "h", "escape")
        await pilot.resize_terminal(size[0] + 90, size[1] + 3)
        await settle(pilot)
        assert max(map(len, screen_lines(app))) <= size[0] + 90

    drive(script, size=size)


def test_a_picture_gets_the_whole_screen() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen = await on_parallel(pilot, app)
        screen.parallel.focus()
        await press(pilot, "z")
        assert screen.parallel.outer_size.width == 80
        assert screen.parallel.outer_size.height >= 20
        await press(pilot, "escape")
        assert screen.parallel.outer_size.height == 9

    drive(script)


def test_what_the_lines_stand_for_is_copied_and_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen = await on_parallel(pilot, app)
        screen.parallel.focus()
        await press(pilot, "y")
        rows = [line.split("\t") for line in app.clipboard.splitlines()]
        assert rows[0][:3] == ["trial", "score", "stop_atr"]
        assert (len(rows), rows[-1][0]) == (16, "2")
        await press(pilot, "e", "c")
        assert "wrote exports/studies-BTCJPY-first-light-parallel.csv" in screen_text(app)
        assert (tmp_path / "exports/studies-BTCJPY-first-light-parallel.csv").read_text().startswith("trial,score,")

    drive(script, size=(160, 48))


def test_a_report_that_another_question_overtook_is_asked_for_again() -> None:
    core = FakeCore(trials=at_work())

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", *"vv")
        assert core.reads.count("study BTCJPY first-light") == 1
        screen: Any = app.screen
        screen._report = None  # noqa: SLF001 - as if its answer had not come
        await press(pilot, "P")
        assert core.reads.count("study BTCJPY first-light") == 2
        assert "stop_atr" in screen_text(app)

    drive(script, core=core)


def test_history_keeps_the_best_feasible_score() -> None:
    scores = [(0.1, True), (0.9, False), (0.3, True), (0.2, True)]
    trials = [replace(trial(at), score=score, feasible=ok) for at, (score, ok) in enumerate(scores)]

    picture = history(trials)

    assert [(step.x, step.y) for step in picture.steps] == [(0, 0.1), (2, 0.3)]
    assert [dot.kind for dot in picture.dots] == ["dot", "faint", "dot", "dot"]


def test_a_slice_of_words_stands_in_alphabetical_order() -> None:
    trials = [replace(trial(at), score=1.0, params={"entry": word}) for at, word in enumerate(("taker", "maker"))]

    assert [dot.x for dot in slice_of(trials, "entry").dots] == [1.0, 0.0]
