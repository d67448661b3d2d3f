"""`psky live` as people and scripts type it, on what a demo leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from psky.cli.live import COLOURS
from psky.live.environments import ENVIRONMENTS
from tests import house
from tests.command_tree import commands

KEYS = {
    "live status": {"session", "running", "status"},
    "live watch": {"session", "running", "status"},
    "live audit": {"session", "records", "audit"},
    "live drift": {"session", "drift", "by_cause"},
}
NEED_AN_EXCHANGE = {"live run", "live flatten", "live kill", "live arm", "live demo"}


def test_every_command_is_tried() -> None:
    assert set(KEYS) | NEED_AN_EXCHANGE == {name for name in commands() if name.startswith("live ")}


@pytest.mark.parametrize("name", ["status", "watch", "audit", "drift", "flatten", "kill"])
def test_without_a_session_the_error_says_so(name: str, own_tuned: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    ended = psky("live", name, house.SYMBOL, "--json", cwd=own_tuned)

    assert (ended.code, ended.out) == (2, "")
    assert "session" in ended.err


@pytest.mark.slow
def test_commands_tell_of_the_session_of_a_demo(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    ended = psky("live", "demo", "--hours", "2", "--speed", "0", "--trials", "1", "--json", cwd=tmp_path)
    demo = json.loads(ended.out)
    assert (ended.code, demo["differences"], demo["drift"], demo["digests_equal"]) == (0, 0, 0, True), ended.err

    for name, keys in KEYS.items():
        told = psky(*name.split(), "DEMOUSDT", "--json", cwd=tmp_path)
        assert told.code == 0, told.err
        assert told.out.count("\n") == 1
        assert keys <= json.loads(told.out).keys()


def test_each_environment_has_a_colour_on_a_terminal() -> None:
    assert {one.colour for one in ENVIRONMENTS.values()} == set(COLOURS)
    assert len(set(COLOURS.values())) == len(COLOURS)
