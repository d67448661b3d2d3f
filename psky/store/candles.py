"""Bars for people to look at, resampled in DuckDB.

The minutes of a tape are kept in a file beside its store, made once for each tape, so that years are resampled from
thousands of rows and not from billions of trades. The file can be deleted at any time. The bars that features rest on
are the core's (`psky.market.bars`); these are only looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import SECOND_US
from psky.errors import StoreError
from psky.store.connection import connected
from psky.store.marks import IS_BUY
from psky.store.tape_store import PLACES, reading

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MINUTE_US = 60 * SECOND_US
# Raised when the same trades give other minutes.
_VERSION = 1

_FIRST_US, _LAST_US = -(2**62), 2**62
# One number that orders trades as the tape does: time, place of the file, row.
_ORDER = "((ts_us::HUGEINT << 62) + (place::HUGEINT << 42) + trades.rowid)"
_FROM_TRADES = f"""
    SELECT ts_us // $step * $step AS ts_us, arg_min(price, spot) AS open, max(price) AS high, min(price) AS low,
        arg_max(price, spot) AS close, sum(size) AS volume, sum(size * is_buy) AS bought, count(*) AS trades
    FROM (SELECT ts_us, price, size, {IS_BUY} AS is_buy, {_ORDER} AS spot FROM trades JOIN {PLACES} USING (file_id))
    WHERE ts_us >= $start AND ts_us < $end GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constants
_FROM_MINUTES = """
    SELECT m.ts_us // $step * $step AS ts_us, arg_min(open, m.ts_us) AS open, max(high) AS high, min(low) AS low,
        arg_max(close, m.ts_us) AS close, sum(volume) AS volume, sum(bought) AS bought, sum(trades)::BIGINT AS trades
    FROM minutes m WHERE m.ts_us >= $start AND m.ts_us < $end GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleColumns:
    """Candles of one length, in order: one-dimensional arrays of one length; a stretch without a trade has none.

    `ts_us` int64 is when the candle begins, a multiple of its length since the epoch; `open`, `high`, `low`, `close`
    float64 in quote currency; `volume` and `bought` (by takers) float64 in base currency; `trades` int64.
    """

    ts_us: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    bought: NDArray[np.float64]
    trades: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ts_us)


def minutes_path(store_path: Path) -> Path:
    """Return where the minutes of a tape are kept."""
    return store_path.with_suffix(".minutes")


def make_minutes(store_path: Path) -> None:
    """Make the minutes of a tape, unless those of this very tape are there.

    Raises:
        StoreLocked: another process is writing to the store.
        StoreError: the store cannot be read, or the minutes not be written.
    """
    path = minutes_path(store_path)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with reading(store_path) as store:
        name = f"{store.fingerprint()} {_VERSION}"
        if _kept_name(path) == name:
            return
        try:
            _keep(store.connection, part, name)
            part.replace(path)
        except OSError as error:
            raise StoreError(f"{path}: expected to keep minutes there, found: {error}") from error
        finally:
            part.unlink(missing_ok=True)


def read_candles(store_path: Path, step_s: int, start_us: int, end_us: int) -> CandleColumns:
    """Return the candles of `step_s` seconds that begin at `start_us <= ts_us < end_us`.

    From the minutes of `make_minutes`, or from the trades themselves where a candle is no whole number of minutes.

    Raises:
        StoreLocked: another process is writing to the store.
        StoreError: the store cannot be read, or its minutes have not been made.
    """
    step_us = step_s * SECOND_US
    bounds = {"step": step_us, "start": -(-start_us // step_us) * step_us, "end": -(-end_us // step_us) * step_us}
    if step_us % MINUTE_US:
        with reading(store_path) as store:
            return _columns(store.connection, _FROM_TRADES, bounds)
    path = minutes_path(store_path)
    if not path.exists():
        raise StoreError(f"{path}: expected the minutes of the tape, found none; make_minutes makes them")
    with connected(path, read_only=True) as connection:
        return _columns(connection, _FROM_MINUTES, bounds)


def _kept_name(path: Path) -> str:
    if not path.exists():
        return ""
    with connected(path, read_only=True) as connection:
        found = connection.execute("SELECT name FROM tape").fetchall()
    return str(found[0][0])


def _keep(connection: DuckDBPyConnection, path: Path, name: str) -> None:
    target = str(path).replace("'", "''")
    import duckdb  # noqa: PLC0415 - takes 0.2 s, see connection.py

    try:
        connection.execute(f"ATTACH '{target}' AS kept (READ_WRITE)")
        bounds = {"step": MINUTE_US, "start": _FIRST_US, "end": _LAST_US}
        connection.execute(f"CREATE TABLE kept.minutes AS {_FROM_TRADES}", bounds)
        connection.execute("CREATE TABLE kept.tape AS SELECT ? AS name", [name])
        connection.execute("DETACH kept")
    except duckdb.Error as error:
        raise StoreError(f"{path}: expected to keep minutes there, found: {error}") from error


def _columns(connection: DuckDBPyConnection, statement: str, bounds: dict[str, int]) -> CandleColumns:
    found = connection.execute(statement, bounds).fetchnumpy()
    return CandleColumns(**{name: np.ma.getdata(found[name]) for name in CandleColumns.__dataclass_fields__})
