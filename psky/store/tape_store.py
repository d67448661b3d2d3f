"""What a store holds, read through one short connection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.errors import DataError, StoreError
from psky.store import marks
from psky.store.connection import PATIENT, Patience, connected
from psky.store.migrations import MIGRATIONS, migrate, version_of
from psky.store.records import FileRecord, RejectRecord

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Raised when the reader of files gives other trades for the same bytes: tapes read before are then other tapes.
PARSER_VERSION = 3
# Raised when a migration gives other trades; version 2 of the tables only keeps the same ones differently.
_TAPE_SCHEMA = 1

_FILE = ", ".join(f'"{name}"' for name in FileRecord.__dataclass_fields__)
# Ties go by the start of their file, its name, and their row in it: the order of imports leaves no trace.
PLACES = "(SELECT file_id, row_number() OVER (ORDER BY first_ts_us, name) AS place FROM files) AS places"
TAPE_ORDER = "ts_us, place, trades.rowid"
_TRADES = f"""
    SELECT ts_us, price, size, marks FROM trades JOIN {PLACES} USING (file_id)
    WHERE ts_us >= ? AND ts_us < ? ORDER BY {TAPE_ORDER}
"""  # noqa: S608 - constants
_FROM_BEGINNING, _TO_END = -(2**63), 2**63 - 1


class TapeStore:
    """The files and trades of one symbol; made by `reading`, valid inside its `with` block."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection

    @property
    def symbol(self) -> str:
        """The symbol whose trades these are."""
        return str(self.meta("symbol"))

    def meta(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a fact kept with `StoreWriter.set_meta`, None where there is none."""
        found = self.connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
        return json.loads(found[0][0]) if found else None

    def instrument(self) -> Instrument:
        """Return the symbol with the finest price and size steps that its files print.

        Raises:
            DataError: the store holds no file.
        """
        files = self.files()
        if not files:
            raise DataError(f"{self.symbol}: expected trades, found an empty store; import trade files first")
        return Instrument(
            symbol=self.symbol,
            price_decimals=max(file.price_decimals for file in files),
            size_decimals=max(file.size_decimals for file in files),
            synthetic=self.meta("synthetic") is not None,
        )

    def files(self) -> tuple[FileRecord, ...]:
        """Return the imported files in the order of the tape."""
        found = self.connection.execute(f"SELECT {_FILE} FROM files ORDER BY first_ts_us, name").fetchall()  # noqa: S608
        names = FileRecord.__dataclass_fields__
        return tuple(FileRecord(**dict(zip(names, row, strict=True))) for row in found)

    def rejects(self) -> tuple[RejectRecord, ...]:
        """Return the rows that were left out, in the order of files and lines."""
        found = self.connection.execute(
            "SELECT name, line, reason, text FROM rejects JOIN files USING (file_id) ORDER BY first_ts_us, name, line"
        ).fetchall()
        return tuple(RejectRecord(file=name, line=line, reason=why, text=text) for name, line, why, text in found)

    def fingerprint(self) -> str:
        """Return the SHA-256 that names this tape: the contents of its files in order, and how they were read."""
        contents = (file.content_hash for file in self.files())
        parts = [f"parser {PARSER_VERSION}", f"schema {_TAPE_SCHEMA}", *contents]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def read_trades(self, start_us: int | None = None, end_us: int | None = None) -> TradeColumns:
        """Return the trades of `start_us <= ts_us < end_us` in the order of the tape; None leaves an end open.

        Ties are ordered by the start of their file, its name, and their row in it.
        """
        bounds = [_FROM_BEGINNING if start_us is None else start_us, _TO_END if end_us is None else end_us]
        found = self.connection.execute(_TRADES, bounds).fetchnumpy()
        # DuckDB may hand over masked arrays; no column can be null.
        ts_us, price, size, packed = (np.ma.getdata(found[name]) for name in ("ts_us", "price", "size", "marks"))
        return TradeColumns(
            ts_us=ts_us,
            price=price,
            size=size,
            side=marks.side_of(packed),
            tick_direction=marks.tick_direction_of(packed),
            flags=marks.flags_of(packed),
        )


def is_store(path: Path, patience: Patience = PATIENT) -> bool:
    """Tell whether a store is there; what an import that was killed left behind is none.

    Raises:
        StoreLocked: another process is writing to it.
        StoreError: the file is no psky store.
    """
    if not path.exists():
        return False
    with connected(path, read_only=True, patience=patience) as connection:
        return version_of(connection, path) > 0


@contextmanager
def reading(path: Path, patience: Patience = PATIENT) -> Iterator[TapeStore]:
    """Open a store for reading, for the length of a `with` block.

    Raises:
        StoreLocked: another process is writing to it.
        StoreError: the file is no psky store, a newer one, or what an import that was killed left behind.
    """
    with connected(path, read_only=True, patience=patience) as connection:
        version = version_of(connection, path)
        if version == 0:
            raise StoreError(f"{path}: expected trades, found an import that never finished; import the files again")
        if version == len(MIGRATIONS):
            yield TapeStore(connection)
            return
    with connected(path, read_only=False, patience=patience) as connection:
        connection.execute("BEGIN")
        migrate(connection, path)
        connection.execute("COMMIT")
        yield TapeStore(connection)
