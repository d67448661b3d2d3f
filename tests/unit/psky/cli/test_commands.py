from __future__ import annotations

import subprocess
import sys

import pytest

from tests.command_tree import root

LOADED = """
import sys, typer
from psky.cli.main import app
typer.main.get_command(app).commands["features"]
print(*(name for name in sys.modules if name.startswith("psky.cli.")))
"""


def test_a_command_is_imported_without_the_others() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert "psky.cli.features" in loaded
    assert not {f"psky.cli.{name}" for name in root().commands if name != "features"} & set(loaded)


def test_commands_go_by_their_names() -> None:
    commands = root().commands
    assert {name: command.name for name, command in commands.items()} == {name: name for name in commands}
    with pytest.raises(KeyError):
        commands["dat"]
