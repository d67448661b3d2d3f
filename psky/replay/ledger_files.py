"""A ledger as Parquet files, one a table: what is read back has the digest of what was written."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl

from psky.errors import MismatchError
from psky.replay.ledger import Columns, Ledger


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Write each table of a ledger to `<table>.parquet` in a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in ledger.tables.items():
        pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger that was written to a folder.

    Raises:
        MismatchError: a table is missing, or is no table of a ledger.
    """
    return Ledger(**{field.name: _columns(folder / f"{field.name}.parquet") for field in dataclasses.fields(Ledger)})


def _columns(path: Path) -> Columns:
    try:
        return {column.name: column.to_numpy() for column in pl.read_parquet(path)}
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MismatchError(f"{path}: expected a table of a ledger, found: {error}") from error
