"""In a pipe: whoever reads may stop at any time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands import PSKY, environment
from tests.trade_files import rows, write


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


@pytest.mark.parametrize("command", ["features list", "features list --json", "--version"])
def test_a_full_disk_behind_the_output_is_one_sentence(command: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PSKY, *command.split()],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (1, "psky: expected to read and write, found: No space left on device\n")


def shell(script: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `psky` by a shell that does something before it."""
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", *PSKY, *words],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_closed_streams_are_no_error(tmp_path: Path) -> None:
    ended = shell('exec "$@" <&- >&-', "features", "list", cwd=tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_store_that_finds_no_room_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    write(tmp_path / "trades.csv", rows(20_000))
    ended = shell('ulimit -f 400; exec "$@"', "data", "import", "trades.csv", "--symbol", "NEW", cwd=tmp_path)
    last = ended.stderr.splitlines()[-1]

    assert ended.returncode == 5, ended.stderr
    assert "NEW.duckdb: expected a disk with room, found: " in last
    assert "Traceback" not in ended.stderr
    assert list((tmp_path / "data" / "NEW").glob("*.duckdb*")) == []
