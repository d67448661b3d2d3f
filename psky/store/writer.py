"""One writing transaction on a store: all of an import, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from psky.domain.funding import Funding
from psky.domain.trades import TradeColumns
from psky.store import marks
from psky.store.connection import connected
from psky.store.funding import write_funding
from psky.store.migrations import migrate
from psky.store.records import FileRecord, RejectRecord

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class StoreWriter:
    """Writes files into a store inside one transaction; made by `writing`."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = dict(connection.execute("SELECT name, file_id FROM files").fetchall())
        self._newest_id = max(self._ids.values(), default=0)
        self._finished: dict[int, FileRecord] = {}

    def new_file(self, name: str) -> int:
        """Drop what the store holds of a file and return the id under which to write it anew."""
        if name in self._ids:
            self._drop(self._ids[name])
        self._newest_id += 1
        self._ids[name] = self._newest_id
        return self._newest_id

    def _drop(self, file_id: int) -> None:
        self._finished.pop(file_id, None)
        for table in ("trades", "rejects", "files"):
            self._connection.execute(f"DELETE FROM {table} WHERE file_id = ?", [file_id])  # noqa: S608 - our names

    def add_trades(self, file_id: int, columns: TradeColumns) -> None:
        """Append trades of a file, in its order."""
        # DuckDB finds it by its name: a registered one would be kept alive until the end of the transaction.
        batch = {  # noqa: F841 - named in the statement
            "ts_us": columns.ts_us,
            "price": columns.price,
            "size": columns.size,
            "marks": marks.pack(columns),
            "file_id": np.full(len(columns), file_id, dtype=np.int32),
        }
        # Columns by their place in the table: `BY NAME` doubles what a statement costs.
        self._connection.execute("INSERT INTO trades FROM batch")

    def add_rejects(self, file_id: int, rejects: Sequence[RejectRecord]) -> None:
        """Append rows of a file that were left out."""
        if not rejects:
            return
        lines, reasons, texts = zip(*((reject.line, reject.reason, reject.text) for reject in rejects), strict=True)
        self._connection.execute(
            "INSERT INTO rejects SELECT ?, unnest(?), unnest(?), unnest(?)",
            [file_id, list(lines), list(reasons), list(texts)],
        )

    def finish_file(self, file_id: int, record: FileRecord) -> None:
        """Record a file whose trades and rejected rows have been added; the table has it at the end of the block."""
        self._finished[file_id] = record

    def record_files(self) -> None:
        """Write the records of finished files, all at once: a statement costs as much as thousands of trades."""
        if not self._finished:
            return
        rows = [(file_id, *astuple(record)) for file_id, record in self._finished.items()]
        columns = [list(column) for column in zip(*rows, strict=True)]
        values = ", ".join(["unnest(?)"] * len(columns))
        self._connection.execute(f"INSERT INTO files SELECT {values}", columns)
        self._finished.clear()

    def put_funding(self, funding: Funding) -> None:
        """Keep funding stamps, in place of those held of the same times."""
        write_funding(self._connection, funding)

    def set_meta(self, key: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Keep a small fact about the store, as JSON."""
        self._connection.execute("DELETE FROM meta WHERE key = ?", [key])
        self._connection.execute("INSERT INTO meta VALUES (?, ?)", [key, json.dumps(value, sort_keys=True)])


@contextmanager
def writing(path: Path, symbol: str) -> Iterator[StoreWriter]:
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
        with connected(path, read_only=False) as connection:
            # Otherwise it keeps what it wrote until most of the machine's memory is full.
            connection.execute("SET memory_limit = '256MB'")
            # Batches come one after another: more threads only wait for each other.
            connection.execute("SET threads = 1")
            connection.execute("BEGIN")
            is_new = migrate(connection, path) == 0
            writer = StoreWriter(connection)
            if is_new:
                writer.set_meta("symbol", symbol)
            yield writer
            writer.record_files()
            connection.execute("COMMIT")
            committed = True  # closing without it rolls back, also after a failure that has done so already
    finally:
        if not committed and not existed:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
            if not had_folder:
                path.parent.rmdir()
