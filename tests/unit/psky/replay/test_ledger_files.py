from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from psky.errors import MismatchError
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.ledger_files import read_ledger, write_ledger
from psky.replay.periods import folds
from psky.replay.run import replay_part, train


@pytest.fixture(scope="module")
def ledger(dataset: Dataset) -> Ledger:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold)).ledger


def test_a_ledger_comes_back_from_parquet_with_its_digest(ledger: Ledger, tmp_path: Path) -> None:
    write_ledger(tmp_path / "a" / "b", ledger)
    again = read_ledger(tmp_path / "a" / "b")

    assert again.digest == ledger.digest
    assert {name: list(columns) for name, columns in again.tables.items()} == {
        name: list(columns) for name, columns in ledger.tables.items()
    }


def test_empty_tables_and_undefined_values_come_back(ledger: Ledger, tmp_path: Path) -> None:
    empty = {
        name: {column: values[:0] for column, values in columns.items()} for name, columns in ledger.tables.items()
    }
    nothing = Ledger(**empty)
    write_ledger(tmp_path, nothing)
    assert read_ledger(tmp_path).digest == nothing.digest

    unknown = dict(ledger.trades)
    unknown["mae_r"] = np.full(len(unknown["mae_r"]), np.nan)
    blind = dataclasses.replace(ledger, trades=unknown)
    write_ledger(tmp_path, blind)
    assert read_ledger(tmp_path).digest == blind.digest


def test_a_file_that_is_missing_or_damaged_is_named(ledger: Ledger, tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger)
    (tmp_path / "fills.parquet").write_bytes(b"junk")
    with pytest.raises(MismatchError, match=r"fills\.parquet: expected a table of a ledger"):
        read_ledger(tmp_path)
    (tmp_path / "fills.parquet").unlink()
    with pytest.raises(MismatchError, match=r"fills\.parquet"):
        read_ledger(tmp_path)
