"""A generated tape into a store of its own, labelled as synthetic for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from psky.domain.trades import TradeColumns
from psky.errors import DataError
from psky.ingest.importer import files_of
from psky.ingest.report import FileStatus, ImportReport, file_report
from psky.store.records import FileRecord
from psky.store.writer import writing

FILE_NAME = "synthetic"


def import_synthetic(
    store_path: Path,
    symbol: str,
    columns: TradeColumns,
    params: Mapping[str, object],
    *,
    price_decimals: int,
    size_decimals: int,
) -> ImportReport:
    """Write a generated tape as the one file of a synthetic symbol; the same columns again change nothing.

    `params` are the generator's, plain JSON values: they become the `synthetic` mark of the store.

    Raises:
        UsageError: the symbol holds real trades.
        DataError: the tape is empty.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    if not len(columns):
        raise DataError(f"{symbol}: expected a generated tape with trades, found an empty one")
    held = files_of(store_path, symbol, synthetic=True)
    record = _record(columns, price_decimals, size_decimals)
    if [file.content_hash for file in held] == [record.content_hash]:
        return _report(symbol, held[0], FileStatus.UNCHANGED)
    with writing(store_path, symbol) as writer:
        writer.set_meta("synthetic", dict(params))
        file_id = writer.new_file(FILE_NAME)
        writer.add_trades(file_id, columns)
        writer.finish_file(file_id, record)
    return _report(symbol, record, FileStatus.REPLACED if held else FileStatus.IMPORTED)


def _report(symbol: str, record: FileRecord, status: FileStatus) -> ImportReport:
    return ImportReport(symbol=symbol, files=(file_report(record.name, record, status),))


def _record(columns: TradeColumns, price_decimals: int, size_decimals: int) -> FileRecord:
    arrays = (columns.ts_us, columns.price, columns.size, columns.side, columns.tick_direction)
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return FileRecord(
        name=FILE_NAME,
        content_hash=f"sha256:{digest.hexdigest()}",
        bytes=sum(array.nbytes for array in arrays),
        rows=len(columns),
        rejected=0,
        dialect="synthetic",
        time_unit="us",
        first_ts_us=int(columns.ts_us.min()),
        last_ts_us=int(columns.ts_us.max()),
        price_decimals=price_decimals,
        size_decimals=size_decimals,
    )
