from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from psky.errors import StoreError, StoreLocked
from psky.store.connection import Patience, connected

HOLDER = """
import sys
import duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_the_holder_is_named_after_a_bounded_wait(tmp_path: Path) -> None:
    slept: list[float] = []
    path = tmp_path / "x.duckdb"
    patience = Patience(wait_s=2.0, sleep=slept.append)
    with (
        held(path) as process,
        pytest.raises(StoreLocked, match=rf"held by process {process.pid} "),
        connected(path, read_only=True, patience=patience),
    ):
        pass

    assert slept[:3] == [0.05, 0.1, 0.2]
    assert 2.0 <= sum(slept) < 3.0


def test_a_store_that_becomes_free_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with held(path) as process:

        def release(_: float) -> None:
            process.communicate()

        with connected(path, read_only=False, patience=Patience(sleep=release)) as connection:
            assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_another_thread_of_this_process_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    impatient = Patience(wait_s=0.0, sleep=lambda _: None)
    with (
        connected(path, read_only=False),
        pytest.raises(StoreLocked, match="this process"),
        connected(path, read_only=True, patience=impatient),
    ):
        pass


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_text("no database " * 1000)
    with pytest.raises(StoreError, match="expected a psky store"), connected(path, read_only=True):
        pass
