"""In a pipe: whoever reads may stop at any time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands import PSKY, environment


@pytest.mark.parametrize("command", ["features list", "features list --json", "tune run --help", "config schema"])
def test_a_reader_that_went_away_is_no_error_to_show(command: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)  # before anything is written, so that every write finds nobody
    with subprocess.Popen(
        [*PSKY, *command.split()], cwd=tmp_path, env=environment(), stdout=writer, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writer)
        _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (141, "")
