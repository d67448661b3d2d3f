"""What holds on every panel: export, privacy, other keys, looking only."""

# ruff: noqa: ARG001 - the scripts that drive the screens have one signature
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input

from psky.app.settings import Workstation
from psky.errors import SpecError, UsageError
from tests.tui.drive import FOCUS, KEY, drive, press, screen_text, settle
from tests.tui.fake import FakeCore, backtest
from tui.app import PskyApp
from tui.keys import checked_keymap
from tui.privacy import HIDDEN
from tui.read_only import ReadOnlyCore
from tui.scopes import scopes
from tui.screens.panel import CHANGES, Panel


def finished() -> FakeCore:
    return FakeCore(results={KEY: backtest(KEY)})


# Export


@pytest.mark.parametrize(("key", "suffix"), [("c", "csv"), ("p", "parquet"), ("j", "json")])
def test_a_table_is_exported_as_it_is_filtered_and_sorted(
    key: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown: list[int] = []

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "enter", "slash", *"trades>100", "enter", "e", key)
        screen: Any = app.screen
        shown.extend(trial.number for trial in screen.table.shown)
        assert f"wrote exports/studies-BTCJPY-first-light-trials.{suffix}" in screen_text(app)

    drive(script, size=(160, 48))
    path = tmp_path / "exports" / f"studies-BTCJPY-first-light-trials.{suffix}"
    read: Any = {"csv": pl.read_csv, "parquet": pl.read_parquet, "json": pl.read_json}[suffix]
    frame = read(path)
    assert frame["number"].to_list() == shown
    assert frame.columns[:3] == ["number", "state", "score"]


def test_the_screen_is_exported_as_a_picture_and_never_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "e", "s", "e", "s")

    drive(script)
    names = sorted(path.name for path in (tmp_path / "exports").iterdir())
    assert names == ["studies-2.svg", "studies.svg"]
    assert "BTCJPY" in (tmp_path / "exports" / "studies.svg").read_text(encoding="utf-8")


# Privacy


def test_privacy_hides_sizes_on_the_screen_in_copies_and_in_exports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await settle(pilot)
        assert "0.0125" in screen_text(app)
        await press(pilot, "$")
        assert "0.0125" not in screen_text(app)
        assert HIDDEN in screen_text(app)
        await press(pilot, "y", "y", "e", "j")
        assert "0.0125" not in app.clipboard
        await press(pilot, "$")
        assert "0.0125" in screen_text(app)

    drive(script, core=finished(), focus=FOCUS, size=(200, 48))
    (path,) = (tmp_path / "exports").iterdir()
    assert {row["qty"] for row in json.loads(path.read_text(encoding="utf-8"))} == {HIDDEN}


def test_privacy_can_be_on_from_the_start() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert "0.0125" not in screen_text(app)
        assert "+" in screen_text(app)

    drive(script, core=finished(), focus=FOCUS, size=(200, 48), settings=Workstation(privacy=True))


# Layouts


@pytest.mark.parametrize(("width", "layout"), [(80, "-narrow"), (120, "-normal"), (160, "-wide")])
def test_there_is_a_layout_for_each_width(width: int, layout: str) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        assert {name for name in ("-narrow", "-normal", "-wide") if app.screen.has_class(name)} == {layout}

    drive(script, size=(width, 30))


# Other keys


def test_every_binding_has_a_name_by_which_it_is_given_other_keys() -> None:
    own = [kind for kind in below(DOMNode) if kind.__module__.startswith("tui.") and "BINDINGS" in vars(kind)]
    found = [(kind.__name__, one) for kind in own for one in kind.BINDINGS if one not in Input.BINDINGS]

    assert len(own) > 10
    assert [(name, one) for name, one in found if not (isinstance(one, Binding) and one.id)] == []


def below(kind: type[DOMNode]) -> list[type[DOMNode]]:
    return [found for one in kind.__subclasses__() for found in (one, *below(one))]


def test_keys_that_are_shown_as_one_stand_once_in_the_help() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        await press(pilot, "1", "enter", "question_mark")
        assert next(line.split() for line in screen_text(app).splitlines() if "closer" in line)[1:3] == ["+", "closer"]

    drive(script, core=finished(), size=(80, 48))


def test_keys_are_given_anew_and_the_help_follows() -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        screen: Any = app.screen
        await press(pilot, "v")
        assert screen.view == "trades"
        await press(pilot, "f2", "question_mark")
        assert screen.view == "smells"
        assert "f2" in screen_text(app).lower()

    drive(script, core=finished(), focus=FOCUS, settings=Workstation(keys={"next_view": "f2"}), size=(160, 48))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"next_veiw": "f2"}, "unknown action 'next_veiw'; did you mean 'next_view'?"),
        ({"next_view": " , "}, "expected a key for next_view"),
        ({"next_view": "q"}, "expected one action for q, found next_view and quit"),
        ({"export": "f2", "theme": "f2"}, "expected one action for f2, found export and theme"),
        ({"help": "?,m"}, "expected one action for m, found help and mark"),
        ({"overlay": "n"}, "expected one action for n, found next_mark and overlay"),
        ({"arm": "p"}, "expected one action for p, found arm and replay"),
        ({"start": "ctrl+y"}, "expected one action for ctrl+y, found copy_forms_command and start"),
    ],
)
def test_keys_that_cannot_be_are_refused(keys: dict[str, str], words: str) -> None:
    with pytest.raises(SpecError) as refused:
        checked_keymap(keys, scopes(PskyApp.BINDINGS))

    assert words in str(refused.value)


def test_two_actions_may_change_their_keys() -> None:
    keys = {"next_view": "m", "mark": "v", "overlay": "f3", "new_session": "f4", "yes": "Y"}

    assert checked_keymap(keys, scopes(PskyApp.BINDINGS)) == keys


# Looking only


def test_a_workstation_for_looking_offers_nothing_that_changes_state() -> None:
    core = FakeCore()

    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        for keys in ("2", ("enter",), ("enter",), ("b",), "3", "5"):
            await press(pilot, *keys)
            offered = {
                active.binding.action.split("(")[0] for active in app.screen.active_bindings.values() if active.enabled
            }
            assert not {action.removeprefix("screen.") for action in offered} & CHANGES
            await press(pilot, "n", "T", "R", "x", "e")
            assert isinstance(app.screen, Panel)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert "Export" not in titles
        assert (core.started, core.asked_to_stop, core.paused) == ([], [], [])

    drive(script, core=ReadOnlyCore(core))


def test_what_changes_state_is_refused_even_where_it_is_asked_for() -> None:
    core: Any = ReadOnlyCore(FakeCore())

    assert core.list_studies()
    for name in ("start", "rehearse", "pause_study", "stop_job", "whatever_comes_later"):
        with pytest.raises(UsageError, match="read-only"):
            getattr(core, name)("x")


@pytest.mark.parametrize("keys", [(), ("enter",), ("3",), ("5",)])
def test_a_very_low_terminal_shows_the_row_under_the_cursor(keys: tuple[str, ...]) -> None:
    async def script(pilot: Pilot[Any], app: PskyApp) -> None:
        if keys:
            await press(pilot, *keys)
        screen: Any = app.screen
        assert screen.table.copy_text() in screen_text(app).split()

    drive(script, size=(40, 15))
