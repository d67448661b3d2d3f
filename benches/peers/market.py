"""The trades that all backtests get, and their minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benches.ours import INSTRUMENT, MAX_GAP_S, MINUTE_S
from benches.tape import LOTS_A_UNIT, TICKS_A_UNIT, BenchTape
from psky.domain.time import SECOND_US
from psky.domain.trades import TradeColumns
from psky.market.bars import Bars, all_bars
from psky.market.tape import MarketTape, tape_from_columns

Int64s = NDArray[np.int64]

MINUTE_US = MINUTE_S * SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Trades as psky holds them in `tape`, as columns of ticks and lots for the others, and as minutes."""

    tape: MarketTape
    ts_us: Int64s
    ticks: Int64s
    lots: Int64s
    side: NDArray[np.int8]
    minutes: Bars

    def __len__(self) -> int:
        return len(self.ts_us)

    def next_ticks(self, ts_us: Int64s) -> Int64s:
        """Return the price of the first trade after each time."""
        return self.ticks[np.searchsorted(self.ts_us, ts_us, side="right")]

    def last_ticks(self, ts_us: Int64s) -> Int64s:
        """Return the price of the last trade until each time."""
        return self.ticks[np.searchsorted(self.ts_us, ts_us, side="right") - 1]


def market(tape: BenchTape, rows: int | None = None) -> Market:
    """Return the first trades of a tape; buyers lift prices and sellers lower them, as takers on a book do."""
    columns = taken(tape.columns, rows)
    held = tape_from_columns(columns, INSTRUMENT, "benches")
    return Market(
        tape=held,
        ts_us=columns.ts_us,
        ticks=np.rint(columns.price * TICKS_A_UNIT).astype(np.int64),
        lots=np.rint(columns.size * LOTS_A_UNIT).astype(np.int64),
        side=columns.side,
        minutes=all_bars(held, ["1m"], MAX_GAP_S)["1m"],
    )


def taken(columns: TradeColumns, rows: int | None = None) -> TradeColumns:
    """Return the first rows, each trade's taker on the side to which its price moved."""
    head = {name: getattr(columns, name)[:rows] for name in TradeColumns.__slots__}
    return replace(TradeColumns(**head), side=np.sign(head["tick_direction"]).astype(np.int8))
