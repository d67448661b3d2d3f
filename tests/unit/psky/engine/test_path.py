"""First passages through the index equal a scan of every trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from psky._core import Tape, TradeReader
from psky.domain.instrument import Instrument
from psky.engine.codes import PassageEnd
from psky.engine.path import NO_LIMIT, NO_LOWER, NO_UPPER, FirstPassages, PathIndex
from tests.shared import shared

QUERIES = 20_000
Column = NDArray[np.int64]


@dataclass(frozen=True)
class Trades:
    """A tape beside its flags, which the core does not hand out."""

    core: Tape
    flags: NDArray[np.uint8]
    instrument: Instrument


def tape(ts_us: Column, price: Column, flags: NDArray[np.uint8] | None = None) -> Trades:
    n = len(ts_us)
    flags = np.zeros(n, np.uint8) if flags is None else flags
    side, tick = np.ones(n, np.int8), np.zeros(n, np.int8)
    core = Tape(ts_us, price.astype(float), np.ones(n), side, tick, flags, tick_size=1.0, lot_size=1.0)
    return Trades(core, flags, Instrument(symbol="TEST", price_decimals=0, size_decimals=0))


def generated(seed: int, n: int, off_book: float) -> Trades:
    """Prices that wander, milliseconds that tie, silences, and trades far off the book."""
    draw = np.random.default_rng(seed)
    waits_ms = draw.integers(0, 3, n) * draw.integers(0, 40, n) + 30_000 * (draw.random(n) < 0.001)
    flags = (draw.random(n) < off_book).astype(np.uint8) * draw.integers(1, 4, n).astype(np.uint8)
    price = 10_000 + np.cumsum(draw.integers(-2, 3, n))
    return tape(np.cumsum(waits_ms) * 1000, np.where(flags > 0, draw.integers(1, 20_000, n), price), flags)


@dataclass(frozen=True)
class Queries:
    start_us: Column
    lower: Column
    upper: Column
    until_us: Column


def random_queries(trades: Trades, seed: int, m: int, width: int) -> Queries:
    draw = np.random.default_rng(seed)
    ts_us, price = trades.core.ts_us, trades.core.price_ticks
    at = draw.integers(0, len(ts_us), m)
    start_us = ts_us[at] + draw.choice(np.array([-1, 0, 0, 1]), m)
    lower = np.where(draw.random(m) < 0.1, NO_LOWER, price[at] - draw.integers(-width // 8, width, m))
    upper = np.where(draw.random(m) < 0.1, NO_UPPER, price[at] + draw.integers(-width // 8, width, m))
    upper = np.where(upper <= lower, lower + 1, upper)
    span_us = int(ts_us[-1] - ts_us[0])
    limit_us = start_us + (span_us * draw.random(m) ** 6).astype(np.int64)
    return Queries(start_us, lower, upper, np.where(draw.random(m) < 0.1, NO_LIMIT, limit_us))


def follow(trades: Trades, queries: Queries, max_gap_us: int) -> FirstPassages:
    index = PathIndex(trades)
    return index.first_passage(queries.start_us, queries.lower, queries.upper, queries.until_us, max_gap_us=max_gap_us)


def scan(trades: Trades, queries: Queries, max_gap_us: int) -> list[tuple[int, ...]]:
    """Every trade looked at, in numpy: (row, end, ts_us, lowest, highest)."""
    ts_us, price, on_book = trades.core.ts_us, trades.core.price_ticks, trades.flags == 0
    split = np.append(np.flatnonzero(np.diff(ts_us) > max_gap_us) + 1, len(ts_us))
    found: list[tuple[int, ...]] = []
    for start_us, lower, upper, until_us in zip(
        queries.start_us, queries.lower, queries.upper, queries.until_us, strict=True
    ):
        start = int(np.searchsorted(ts_us, start_us))
        gap = int(split[min(int(np.searchsorted(split, start, side="right")), len(split) - 1)])
        limit = max(start, int(np.searchsorted(ts_us, until_us)))
        stop = min(limit, gap)
        rows = np.arange(start, stop)[on_book[start:stop]]
        hits = rows[(price[rows] <= lower) | (price[rows] >= upper)]
        row = int(hits[0]) if len(hits) else -1
        if row >= 0:
            end, settled = (PassageEnd.LOWER if price[row] <= lower else PassageEnd.UPPER), row
        elif stop >= len(ts_us):
            end, settled = PassageEnd.END, len(ts_us) - 1
        else:
            end, settled = (PassageEnd.GAP if gap <= limit else PassageEnd.TIME), stop
        way = price[rows[rows <= row]] if row >= 0 else price[rows]
        lowest, highest = (int(way.min()), int(way.max())) if len(way) else (-1, -1)
        found.append((row, int(end), int(ts_us[settled]), lowest, highest))
    return found


def check(trades: Trades, queries: Queries, max_gap_us: int) -> set[int]:
    found = follow(trades, queries, max_gap_us)
    rows = np.stack([found.row, found.end, found.ts_us, found.lowest, found.highest], axis=1)
    np.testing.assert_array_equal(rows, np.array(scan(trades, queries, max_gap_us)))
    return set(found.end.tolist())


@pytest.mark.parametrize("off_book", [0.0, 0.01, 0.5])
def test_random_barriers_equal_a_scan(off_book: float) -> None:
    trades = generated(7, 20_000, off_book)
    ends = check(trades, random_queries(trades, 1, QUERIES, 150), 20_000_000)

    assert ends == set(PassageEnd)


def test_random_barriers_equal_a_scan_of_real_trades() -> None:
    path = shared("data/trades/bitflyer_BTCJPY/BTCJPY_2018-01-25.csv.gz")
    batches = list(TradeReader(path))
    ts_us = np.concatenate([batch.ts_us for batch in batches])
    price = np.concatenate([batch.price for batch in batches])
    trades = tape(ts_us, np.rint(price).astype(np.int64))
    queries = random_queries(trades, 2, QUERIES, 8000)
    short = Queries(
        queries.start_us, queries.lower, queries.upper, np.minimum(queries.until_us, queries.start_us + 1_800_000_000)
    )

    assert check(trades, short, 60_000_000) >= {PassageEnd.LOWER, PassageEnd.UPPER, PassageEnd.TIME}


def one(trades: Trades, *query: int, max_gap_us: int = NO_LIMIT) -> tuple[int, ...]:
    start_us, lower, upper, until_us = (np.array([value], np.int64) for value in query)
    found = PathIndex(trades).first_passage(start_us, lower, upper, until_us, max_gap_us=max_gap_us)
    columns = (found.row, found.end, found.ts_us, found.lowest, found.highest)
    return tuple(int(values[0]) for values in columns)


def test_prints_of_one_millisecond_keep_the_order_of_the_tape() -> None:
    trades = tape(np.array([0, 1000, 1000, 1000]), np.array([100, 104, 90, 120]))

    assert one(trades, 1, 95, 104, NO_LIMIT) == (1, PassageEnd.UPPER, 1000, 104, 104)
    assert one(trades, 0, 95, 105, NO_LIMIT) == (2, PassageEnd.LOWER, 1000, 90, 104)


def test_the_first_print_can_be_the_one_at_a_level() -> None:
    trades = tape(np.array([0, 1000]), np.array([100, 101]))

    assert one(trades, 0, 100, 105, NO_LIMIT) == (0, PassageEnd.LOWER, 0, 100, 100)
    assert one(trades, 0, 99, 100, NO_LIMIT) == (0, PassageEnd.UPPER, 0, 100, 100)


def test_a_path_without_a_trade_has_seen_nothing() -> None:
    trades = tape(np.array([0, 1000]), np.array([100, 101]))

    assert one(trades, 500, 1, 200, 1000) == (-1, PassageEnd.TIME, 1000, -1, -1)
    assert one(trades, 2000, 1, 200, NO_LIMIT) == (-1, PassageEnd.END, 1000, -1, -1)


def test_levels_that_are_not_in_order_are_refused() -> None:
    trades = tape(np.array([0]), np.array([100]))

    for lower, upper in [(100, 100), (101, 100)]:
        with pytest.raises(ValueError, match=f"found {lower} and {upper} in row 0"):
            one(trades, 0, lower, upper, NO_LIMIT)
    with pytest.raises(ValueError, match="one length"):
        PathIndex(trades).first_passage(*(np.zeros(n, np.int64) for n in (1, 2, 1, 1)))
