"""One writing transaction on a store: all of an import, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from psky.domain.trades import TradeColumns
from psky.store.connection import PATIENT, Patience, connected
from psky.store.migrations import migrate, version_of
from psky.store.records import FileRecord, RejectRecord

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class StoreWriter:
    """Writes files into a store inside one transaction; made by `writing`."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: dict[int, int] = {}

    def new_file(self, name: str) -> int:
        """Drop what the store holds of a file and return the id under which to write it anew."""
        known = self._connection.execute("SELECT file_id FROM files WHERE name = ?", [name]).fetchall()
        newest = self._connection.execute("SELECT coalesce(max(file_id), 0) FROM files").fetchall()
        for (file_id,) in known:
            for table in ("trades", "rejects", "files"):
                self._connection.execute(f"DELETE FROM {table} WHERE file_id = ?", [file_id])  # noqa: S608 - our names
        file_id = max(int(newest[0][0]), max(self._rows, default=0)) + 1
        self._rows[file_id] = 0
        return file_id

    def add_trades(self, file_id: int, columns: TradeColumns) -> None:
        """Append trades of a file, in its order."""
        import pyarrow as pa  # noqa: PLC0415 - 0.3 s that only writers pay

        start = self._rows[file_id]
        self._rows[file_id] = start + len(columns)
        rows = np.arange(start, start + len(columns), dtype=np.int32)
        batch = pa.table(
            {
                "ts_us": columns.ts_us,
                "price": columns.price,
                "size": columns.size,
                "side": columns.side,
                "tick_direction": columns.tick_direction,
                "flags": columns.flags,
                "file_id": np.full(len(columns), file_id, dtype=np.int32),
                "row": rows,
            }
        )
        # A registered table would be kept alive until the end of the transaction.
        self._connection.from_arrow(batch).insert_into("trades")

    def add_rejects(self, file_id: int, rejects: Sequence[RejectRecord]) -> None:
        """Append rows of a file that were left out."""
        if not rejects:
            return
        import pyarrow as pa  # noqa: PLC0415 - 0.3 s that only writers pay

        batch = pa.table(
            {
                "file_id": np.full(len(rejects), file_id, dtype=np.int32),
                "line": [reject.line for reject in rejects],
                "reason": [reject.reason for reject in rejects],
                "text": [reject.text for reject in rejects],
            }
        )
        self._connection.from_arrow(batch).insert_into("rejects")

    def finish_file(self, file_id: int, record: FileRecord) -> None:
        """Record a file whose trades and rejected rows have been added."""
        marks = ", ".join("?" * 12)
        self._connection.execute(f"INSERT INTO files VALUES ({marks})", [file_id, *astuple(record)])  # noqa: S608 - marks

    def set_meta(self, key: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Keep a small fact about the store, as JSON."""
        self._connection.execute("DELETE FROM meta WHERE key = ?", [key])
        self._connection.execute("INSERT INTO meta VALUES (?, ?)", [key, json.dumps(value, sort_keys=True)])


@contextmanager
def writing(path: Path, symbol: str, patience: Patience = PATIENT) -> Iterator[StoreWriter]:
    """Open a store for writing; commit at the end of the `with` block, roll back when it raises.

    A store that did not exist is made, and removed again when the block raises.

    Raises:
        StoreLocked: another process holds it.
        StoreError: the file is no psky store, or a newer one.
    """
    existed, had_folder = path.exists(), path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    committed = False
    try:
        with connected(path, read_only=False, patience=patience) as connection:
            # Otherwise it keeps what it wrote until most of the machine's memory is full.
            connection.execute("SET memory_limit = '256MB'")
            # Batches come one after another: more threads only wait for each other.
            connection.execute("SET threads = 1")
            connection.execute("BEGIN")
            try:
                is_new = version_of(connection, path) == 0
                migrate(connection, path)
                writer = StoreWriter(connection)
                if is_new:
                    writer.set_meta("symbol", symbol)
                yield writer
                connection.execute("COMMIT")
                committed = True
            finally:
                if not committed:
                    connection.execute("ROLLBACK")
    finally:
        if not committed and not existed:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
            if not had_folder:
                path.parent.rmdir()
