"""Short connections to a store: open, do, close.

DuckDB lets one process write or many read, so nobody holds a store open. Whoever finds it locked waits a little, longer
each time, and then learns who holds it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psky.errors import StoreError, StoreLocked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
# The second is what another thread of this very process causes.
_BUSY = ("Could not set lock", "different configuration than existing connections")
_FIRST_DELAY_S = 0.05
# Of a new store. A column of a row group fills whole blocks: DuckDB's own, twice as large, leave more of them empty.
_BLOCK_BYTES = 128 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a locked store, in seconds, and how to sleep."""

    wait_s: float = 5.0
    sleep: Callable[[float], None] = time.sleep


PATIENT = Patience()


@contextmanager
def connected(path: Path, *, read_only: bool, patience: Patience = PATIENT) -> Iterator[DuckDBPyConnection]:
    """Open a store for the length of a `with` block.

    Raises:
        StoreLocked: another process still holds it after `patience.wait_s` seconds.
        StoreError: the file is no DuckDB database, cannot be opened, or its disk fails or is full.
    """
    connection = _open(path, read_only=read_only, patience=patience)
    import duckdb  # noqa: PLC0415 - as in `_open`, where it was loaded

    try:
        yield connection
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        found = str(error).splitlines()[0]
        raise StoreError(f"{path}: expected a disk with room, found: {found}; make some and run it again") from error
    finally:
        connection.close()


def _open(path: Path, *, read_only: bool, patience: Patience) -> DuckDBPyConnection:
    # Imported here because it takes 0.2 s, which `psky --help` must not pay.
    import duckdb  # noqa: PLC0415

    waited_s = 0.0
    delay_s = _FIRST_DELAY_S
    while True:
        try:
            connection = duckdb.connect(path, read_only=read_only, config={"default_block_size": _BLOCK_BYTES})
        except duckdb.Error as error:
            if not any(sign in str(error) for sign in _BUSY):
                raise StoreError(f"{path}: expected a psky store, found: {error}") from error
            if waited_s >= patience.wait_s:
                raise StoreLocked(_who_holds(path, str(error), waited_s)) from error
        else:
            # Otherwise it draws a bar on the standard output of whoever asks for something long.
            connection.execute("SET enable_progress_bar = false")
            return connection
        patience.sleep(delay_s)
        waited_s += delay_s
        delay_s = min(2 * delay_s, 1.0)


def _who_holds(path: Path, message: str, waited_s: float) -> str:
    match = _HOLDER.search(message)
    holder = f"process {match['pid']} ({match['program']})" if match else "another thread of this process"
    return f"{path}: expected a free store, found it held by {holder} for {waited_s:.1f} s; try again when it is done"
