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


def marked_equity(dataset: Dataset, part: Part, ledger: Ledger, step_us: int = MINUTE_US) -> MarkedEquity:
    """Return the equity of a replay of a part, every `step_us` microseconds.

    The ledger's account is worth `cash + lots x price` from each of its rows to the next; the price is the mid. A trade
    belongs to the part that decided it: what it does past the end counts at the end.
    """
    grid, account = _grid(part.start_us, part.end_us, step_us), ledger.equity
    after = np.searchsorted(np.minimum(account["ts_us"], part.end_us), grid, side="right")
    cash, cash_r, lots, lots_r = (
        np.concatenate([[0.0], account[name]])[after] for name in ("cash", "cash_r", "lots", "lots_r")
    )
    mark, held = np.zeros(len(grid)), np.flatnonzero((lots != 0) | (lots_r != 0))
    mark[held] = mid_ticks_at(dataset.tape, grid[held])
    instrument = dataset.tape.instrument
    unit = instrument.tick_size * instrument.lot_size
    return MarkedEquity(ts_us=grid, quote=(cash + lots * mark) * unit, r=cash_r + lots_r * mark)


def _grid(start_us: int, end_us: int, step_us: int) -> Ints:
    inner = np.arange(start_us // step_us + 1, -(-end_us // step_us), dtype=np.int64) * step_us
    return np.concatenate([[start_us], inner, [end_us]]).astype(np.int64)
