from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_tree import commands

COMMANDS = commands()


def test_the_tree_is_walked() -> None:
    assert {"data import", "tune run", "train", "backtest run", "studies trials", "demo"} <= set(COMMANDS)


@pytest.mark.parametrize("name", ["", "data", "tune", "backtest", "studies", "features", "jobs", "config", *COMMANDS])
def test_help_ends_well(name: str, psky: Any, tmp_path: Path) -> None:  # noqa: ANN401 - the fixture's protocol
    for option in ("--help", "-h"):
        ended = psky(*name.split(), option, cwd=tmp_path)
        assert (ended.code, ended.err) == (0, "")
        assert "Usage:" in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example_of_the_command(name: str, psky: Any, tmp_path: Path) -> None:  # noqa: ANN401 - as above
    ended = psky(*name.split(), "--help", cwd=tmp_path)

    assert f"Example: psky {name}" in " ".join(ended.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    unexplained = [
        parameter.name
        for parameter in COMMANDS[name].params
        if getattr(parameter, "help", "") in {None, ""} and parameter.name != "help"
    ]

    assert unexplained == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_prints_json_on_request(name: str) -> None:
    assert "json" in {parameter.name for parameter in COMMANDS[name].params}
