"""Equity marked to market on a grid of times: fills, fees and funding booked, what is open at the mid (METHOD 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky.engine.quotes import mid_ticks_at
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part
from psky.replay.statistics.arrays import Floats, Ints

MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedEquity:
    """Profit since the start of a part of history, three arrays of one length.

    `ts_us` int64: the start, every whole step of UTC after it, the end. `quote` float64 in quote currency, `r` float64
    in R, both 0 at the start.
    """

    ts_us: Ints
    quote: Floats
    r: Floats

    def edges(self, period_us: int) -> Ints:
        """Return the places of the start, of every whole period of UTC and of the end, int64."""
        inner = np.flatnonzero(self.ts_us[1:-1] % period_us == 0) + 1
        return np.concatenate([[0], inner, [len(self.ts_us) - 1]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """The fills of a ledger, one row each in order of time: signed lots, value and fee in ticks x lots, and R.

    `risk` is what one R of the fill's trade is, in ticks x lots. All sums of whole numbers below 2^53 are exact.
    """

    ts_us: Ints
    price_ticks: Ints
    lots: Ints
    fee: Floats
    risk: Floats


def executions(dataset: Dataset, ledger: Ledger) -> Executions:
    """Return the fills of a ledger with their direction and risk."""
    fills, orders, intents = ledger.fills, ledger.orders, dataset.intents
    order = np.argsort(orders["order_id"], kind="stable")
    place = order[np.searchsorted(orders["order_id"], fills["order_id"], sorter=order)]
    risk = (intents.stop_distance_ticks * intents.qty_lots).astype(np.float64)[fills["intent"]]
    return Executions(
        ts_us=fills["ts_us"],
        price_ticks=fills["price_ticks"],
        lots=fills["lots"] * orders["side"][place],
        fee=fills["fee_r"] * risk,
        risk=risk,
    )


def marked_equity(dataset: Dataset, part: Part, ledger: Ledger, step_us: int = MINUTE_US) -> MarkedEquity:
    """Return the equity of a replay of a part, every `step_us` microseconds.

    A trade belongs to the part that decided it: what it does past the end counts at the end.
    """
    grid = _grid(part.start_us, part.end_us, step_us)
    done = executions(dataset, ledger)
    cash, risk = -(done.lots * done.price_ticks.astype(np.float64)) - done.fee, done.risk
    booked_us = np.minimum(done.ts_us, part.end_us)
    after = np.searchsorted(booked_us, grid, side="right")
    open_lots = _running(done.lots.astype(np.float64))[after]
    mark = np.zeros(len(grid))
    held = np.flatnonzero(open_lots)
    mark[held] = mid_ticks_at(dataset.tape, grid[held])
    in_quote, in_r = np.ones_like(risk), 1 / risk

    def value(unit: Floats) -> Floats:
        worth = np.where(open_lots == 0, 0.0, _running(done.lots * unit)[after] * mark)
        return _running(cash * unit)[after] + worth - _funding(dataset, part, done, unit, grid)

    instrument = dataset.tape.instrument
    return MarkedEquity(ts_us=grid, quote=value(in_quote) * instrument.tick_size * instrument.lot_size, r=value(in_r))


def _funding(dataset: Dataset, part: Part, done: Executions, unit: Floats, grid: Ints) -> Floats:
    # A stamp meets what was open before it: a fill at its very time comes after it when it enters, and the exit that
    # leaves then has paid.
    stamps = dataset.tape.funding
    lots = _running(done.lots * unit)[np.searchsorted(done.ts_us, stamps.ts_us, side="left")]
    paid = _running(lots * stamps.rate * stamps.mark / dataset.tape.instrument.tick_size)
    return paid[np.searchsorted(np.minimum(stamps.ts_us, part.end_us), grid, side="right")]


def _grid(start_us: int, end_us: int, step_us: int) -> Ints:
    inner = np.arange(start_us // step_us + 1, -(-end_us // step_us), dtype=np.int64) * step_us
    return np.concatenate([[start_us], inner, [end_us]]).astype(np.int64)


def _running(changes: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(changes)])
