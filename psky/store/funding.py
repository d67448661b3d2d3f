"""The funding stamps of a store, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psky.domain.funding import Funding
from psky.store.tape_store import TapeStore

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read_funding(store: TapeStore, start_us: int | None = None, end_us: int | None = None) -> Funding:
    """Return the stamps of `start_us <= ts_us < end_us`, in order; None leaves an end open."""
    bounds = [-(2**63) if start_us is None else start_us, 2**63 - 1 if end_us is None else end_us]
    found = store.connection.execute(
        "SELECT ts_us, rate, coalesce(mark, 'nan'::DOUBLE) AS mark FROM funding "
        "WHERE ts_us >= ? AND ts_us < ? ORDER BY ts_us",
        bounds,
    ).fetchnumpy()
    ts_us, rate, mark = (np.ma.getdata(found[name]) for name in ("ts_us", "rate", "mark"))
    return Funding(ts_us=ts_us, rate=rate, mark=mark)


def write_funding(connection: DuckDBPyConnection, funding: Funding) -> None:
    """Keep stamps, in place of those held of the same times; belongs inside a transaction."""
    batch = {"ts_us": funding.ts_us, "rate": funding.rate, "mark": funding.mark}  # noqa: F841 - named in the statement
    connection.execute("DELETE FROM funding WHERE ts_us IN (SELECT ts_us FROM batch)")
    connection.execute("INSERT INTO funding SELECT ts_us, rate, if(isnan(mark), NULL, mark) FROM batch")
