"""Names for completion: from folders alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from psky.app import names
from psky.app.workspace import Workspace
from psky.errors import UsageError
from tests import house


def test_names_are_those_of_the_folders(tuned: Path) -> None:
    where = house.workspace(tuned)

    assert names.symbols(where) == [house.SYMBOL]
    assert names.studies(where, house.SYMBOL) == ["first"]
    assert names.trials(where, house.SYMBOL, "first") == ["0", "1", "2", "3"]


def test_specs_are_those_of_studies_and_of_trials_with_a_summary(tuned: Path) -> None:
    found = names.specs(house.workspace(tuned), house.SYMBOL)

    assert [str(name) for name in found] == ["first", *(f"first trial {number}" for number in range(4))]
    assert found[0] == names.SpecName(study="first", trial=None)


def test_where_there_is_nothing_there_are_no_names(tmp_path: Path) -> None:
    where = house.workspace(tmp_path)

    assert names.symbols(where) == names.studies(where, "X") == names.trials(where, "X", "s") == names.jobs(where) == []
    with pytest.raises(UsageError):
        names.studies(where, "../up")


def test_explicit_folders_are_heeded(tuned: Path) -> None:
    where = Workspace(model_dir=house.workspace(tuned).studies_dir(house.SYMBOL))

    assert names.studies(where, "ANY") == ["first"]


def test_trials_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = house.workspace(tmp_path).study_dir("X", "s")
    folder.mkdir(parents=True)
    for number in (10, 9, 100):
        (folder / f"tuning_summary_{number}.json").touch()

    assert names.trials(house.workspace(tmp_path), "X", "s") == ["9", "10", "100"]


def test_completion_loads_nothing_heavy() -> None:
    heavy = ("duckdb", "lightgbm", "optuna", "polars", "numpy", "scipy", "textual", "psky._core")
    program = f"import sys, psky.cli.main; print(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
