"""A folder of day files into DuckDB, as whole commands, against DuckDB's own `read_csv` into the same table."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, cast

import duckdb
from numpy.typing import NDArray

from benches.harness import Contest, Opponent, Result, Unit, contest_results, expect_equal
from benches.ours import INSTRUMENT
from benches.processes import run_python
from benches.tape import BenchTape


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    tenth = tape.tenth()
    folder = tape.csv[0].parent
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        contest = Contest(
            stage="import",
            unit=Unit(name="ns/trade", a_second=1e9, work=len(tape)),
            ours=partial(_ours, tape.csv, Path(scratch, "ours")),
            tenth=partial(_ours, tenth.csv, Path(scratch, "tenth")),
            sizes=(len(tape), len(tenth)),
            opponents=(
                Opponent(
                    against="duckdb read_csv",
                    packages=("duckdb",),
                    run=partial(_duckdb, folder, Path(scratch, "theirs.duckdb")),
                    same=_same,
                    least=2,
                    goal=3,
                ),
            ),
        )
        return contest_results(contest, rounds)


def _ours(paths: tuple[Path, ...], data_dir: Path) -> Path:
    shutil.rmtree(data_dir, ignore_errors=True)
    run_python("-m", "psky", "data", "import", *paths, "--symbol", INSTRUMENT.symbol, "--data-dir", data_dir, "--json")
    return data_dir / f"{INSTRUMENT.symbol}.duckdb"


def _duckdb(folder: Path, database: Path) -> Path:
    database.unlink(missing_ok=True)
    run_python("-m", "benches.duckdb_import", folder, database)
    return database


def _same(ours: object, theirs: object) -> None:
    found, expected = _table(cast("Path", ours)), _table(cast("Path", theirs))
    for name in found.keys() | expected.keys():
        expect_equal(name, found[name], expected[name])


def _table(database: Path) -> dict[str, NDArray[Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        columns: dict[str, NDArray[Any]] = connection.execute("SELECT * FROM trades").fetchnumpy()
    return columns
