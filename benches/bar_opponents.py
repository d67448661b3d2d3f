"""Bars of all timeframes by polars and DuckDB: 1m from the trades, the longer ones each from the one before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from benches.bar_fields import DERIVED, FIELDS, NAMES, WITH_CHANGES
from benches.harness import MismatchError, expect_equal
from benches.tape import LOTS_A_UNIT, TICKS_A_UNIT
from psky.domain.time import TIMEFRAMES, timeframe_s
from psky.domain.trades import TradeColumns
from psky.market.bars import Bars

Frames = Mapping[str, pl.DataFrame]
_MINUTE_US = 60_000_000


def trades_frame(columns: TradeColumns) -> pl.DataFrame:
    """Return trades as polars likes them: integers of ticks and lots, times sorted and known to be."""
    columns_of = {
        "ts": pl.Series(columns.ts_us).cast(pl.Datetime("us")),
        "price": np.rint(columns.price * TICKS_A_UNIT).astype(np.int64),
        "size": np.rint(columns.size * LOTS_A_UNIT).astype(np.int64),
        "side": columns.side,
        "tick": columns.tick_direction,
    }
    return pl.DataFrame(columns_of).with_columns(pl.col("ts").set_sorted())


def polars_dynamic(trades: pl.LazyFrame) -> Frames:
    """Return bars by `group_by_dynamic` on the in-memory engine."""
    minutes = _prepared(trades).group_by_dynamic("ts", every="1m").agg(field.polars for field in FIELDS)
    return _rolled(minutes.collect())


def polars_streaming(trades: pl.LazyFrame) -> Frames:
    """Return bars by a plain `group_by` of the sorted minute on the streaming engine."""
    minute = (pl.col("ts").to_physical() // _MINUTE_US).set_sorted().alias("minute")
    grouped = _prepared(trades).group_by(minute).agg(field.polars for field in FIELDS)
    opens = (pl.col("minute") * _MINUTE_US).cast(pl.Datetime("us")).alias("ts")
    return _rolled(grouped.select(opens, *(field.name for field in FIELDS)).sort("ts").collect(engine="streaming"))


def _prepared(trades: pl.LazyFrame) -> pl.LazyFrame:
    return trades.with_columns(field.prepared for field in FIELDS if field.prepared is not None)


def _rolled(minutes: pl.DataFrame) -> Frames:
    frames = {TIMEFRAMES[0]: minutes}
    for shorter, longer in pairwise(TIMEFRAMES):
        grouped = frames[shorter].lazy().group_by_dynamic("ts", every=longer)
        frames[longer] = grouped.agg(field.polars_rolled for field in FIELDS).collect()
    derived = {name: term for name, (term, _) in DERIVED.items()}
    return {timeframe: frame.with_columns(**derived) for timeframe, frame in frames.items()}


class DuckBars:
    """Bars by DuckDB from a table in its own memory, on one thread: its `first` and `last` then follow the rows."""

    def __init__(self, trades: pl.DataFrame) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.from_arrow(trades.to_arrow()).create("trades")

    def time_bucket(self) -> Frames:
        """Return bars by `time_bucket`."""
        return self._bars("time_bucket(INTERVAL '1 minute', ts)")

    def date_trunc(self) -> Frames:
        """Return bars of the minute by `date_trunc`, the longer ones by `time_bucket`."""
        return self._bars("date_trunc('minute', ts)")

    def _bars(self, minute: str) -> Frames:
        chosen = ", ".join(field.sql for field in FIELDS)
        rolled = ", ".join(field.sql_rolled for field in FIELDS)
        derived = ", ".join(f"{term} AS {name}" for name, (_, term) in DERIVED.items())
        self._make(TIMEFRAMES[0], minute, chosen, WITH_CHANGES)
        for shorter, longer in pairwise(TIMEFRAMES):
            self._make(longer, f"time_bucket(INTERVAL '{timeframe_s(longer)} seconds', ts)", rolled, f"bars_{shorter}")
        queries = {name: f"SELECT *, {derived} FROM bars_{name}" for name in TIMEFRAMES}  # noqa: S608 - our own words
        return {name: self._connection.sql(query).pl() for name, query in queries.items()}

    def _make(self, timeframe: str, bucket: str, fields: str, source: str) -> None:
        query = f"SELECT {bucket} AS ts, {fields} FROM {source} GROUP BY 1 ORDER BY 1"  # noqa: S608 - our own words
        self._connection.execute(f"CREATE OR REPLACE TABLE bars_{timeframe} AS {query}")


def expect_same_bars(ours: Mapping[str, Bars], theirs: Frames) -> None:
    """Raise MismatchError unless all fields agree wherever something traded in a bar that had closed by the end."""
    for timeframe, bars in ours.items():
        traded = bars.count > 0
        opens = bars.open_ts_us[traded]
        if not len(opens):
            raise MismatchError(f"{timeframe}: expected closed bars to compare, found none")
        closed = theirs[timeframe].filter(pl.col("ts").to_physical() <= int(opens[-1]))
        expect_equal(f"{timeframe} open time", opens, _values(closed, "ts"))
        for name in NAMES:
            expect_equal(f"{timeframe} {name}", getattr(bars, name)[traded], _values(closed, name), rtol=1e-12)


def _values(frame: pl.DataFrame, name: str) -> NDArray[np.generic]:
    return frame[name].to_physical().to_numpy()


PolarsBars = Callable[[pl.LazyFrame], Frames]
POLARS: tuple[PolarsBars, ...] = (polars_dynamic, polars_streaming)
