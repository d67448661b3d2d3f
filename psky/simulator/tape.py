"""The market that the simulator plays: a tape, its instrument, and how numbers are written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from psky.domain.funding import Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine.messages import BILLION
from psky.engine.tape import EngineTape
from psky.market.tape import MarketTape

FLAG_RPI: Final = 1
FLAG_BLOCK: Final = 2


class PlayedTape(EngineTape, Protocol):
    """What the simulator plays, row by row: a whole tape, or one that still grows (`psky.simulator.growing`).

    Columns are of one length. Rows before `first_row` are the past.
    """

    @property
    def first_row(self) -> int:
        """The first row that is played."""

    @property
    def ts_us(self) -> NDArray[np.int64]:
        """Times, microseconds."""

    @property
    def price_ticks(self) -> NDArray[np.int64]:
        """Prices in ticks."""

    @property
    def lots(self) -> NDArray[np.int64]:
        """Sizes in lots."""

    @property
    def side(self) -> NDArray[np.int8]:
        """Sides of the takers, as in `TradeColumns`."""

    @property
    def tick_direction(self) -> NDArray[np.int8]:
        """As in `TradeColumns`."""

    @property
    def flags(self) -> NDArray[np.uint8]:
        """As in `TradeColumns`."""

    @property
    def funding(self) -> Funding:
        """All stamps that are known."""

    @property
    def unbroken_row(self) -> int:
        """The row from which on no print is missing."""

    @property
    def start_us(self) -> int:
        """When the simulation begins."""

    @property
    def end_us(self) -> int:
        """Nothing happens later; the greatest integer where more is to come."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def seq(self, row: int) -> int:
        """Return the exchange's sequence number of a row."""

    def first_at(self, ts_us: int) -> int:
        """Return the first row at or after a time."""

    def has_ended(self, row: int) -> bool:
        """Return whether no print comes at or after a row."""

    async def reach(self, ts_us: int) -> None:
        """Wait until no print from before a time is to come any more."""

    async def news(self, within_s: float) -> None:
        """Wait until there is more, or until time is over."""


@dataclass(frozen=True, kw_only=True)
class SimTape(MarketTape):
    """A whole tape with its trades as columns too; see `PlayedTape`."""

    trades: TradeColumns
    fingerprint: str = ""
    """Playing it back needs none."""
    first_row: int = 0
    unbroken_row: int = 0

    @property
    def ts_us(self) -> NDArray[np.int64]:
        """Times, microseconds."""
        return self.trades.ts_us

    @cached_property
    def price_ticks(self) -> NDArray[np.int64]:
        """Prices in ticks."""
        return self.core.price_ticks

    @cached_property
    def lots(self) -> NDArray[np.int64]:
        """Sizes in lots."""
        return lots_of(self.trades, self.instrument)

    @property
    def side(self) -> NDArray[np.int8]:
        """Sides of the takers."""
        return self.trades.side

    @property
    def tick_direction(self) -> NDArray[np.int8]:
        """Whether prices rose or fell."""
        return self.trades.tick_direction

    @property
    def flags(self) -> NDArray[np.uint8]:
        """What was no trade of the book."""
        return self.trades.flags

    @property
    def start_us(self) -> int:
        """The first print that is played."""
        return int(self.ts_us[self.first_row])

    @property
    def end_us(self) -> int:
        """The last print."""
        return int(self.ts_us[-1])

    def seq(self, row: int) -> int:
        """Return the row, which counts like a sequence number."""
        return row

    def first_at(self, ts_us: int) -> int:
        """Return the first row at or after a time."""
        return int(np.searchsorted(self.ts_us, ts_us, side="left"))

    def has_ended(self, row: int) -> bool:
        """Return whether a row is beyond the last."""
        return row >= len(self)

    async def reach(self, ts_us: int) -> None:
        """Return at once: all is here."""

    async def news(self, within_s: float) -> None:
        """Wait for nothing."""
        await asyncio.sleep(within_s)


def lots_of(trades: TradeColumns, instrument: Instrument) -> NDArray[np.int64]:
    """Return the sizes of trades in lots."""
    lots: NDArray[np.int64] = np.rint(trades.size / instrument.lot_size).astype(np.int64)
    return lots


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Ticks, lots and money of an instrument as decimal texts, and back."""

    tick: Decimal
    lot: Decimal
    unit: Decimal = field(init=False)
    """The value of a tick x lot, in quote currency."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", self.tick * self.lot)

    def price(self, ticks: int | None) -> str:
        """Return a price, empty for none."""
        return "" if ticks is None else format(self.tick * ticks, "f")

    def price_or_zero(self, ticks: int | None) -> str:
        """Return a price, 0 for none."""
        return "0" if ticks is None else self.price(ticks)

    def qty(self, lots: int) -> str:
        """Return a quantity."""
        return "0" if lots == 0 else format(self.lot * lots, "f")

    def value(self, ticks_lots: Decimal | int) -> Decimal:
        """Return the value of so many ticks x lots."""
        return self.unit * ticks_lots

    def money(self, billionths: int) -> Decimal:
        """Return an amount that is counted in 1e-9 ticks x lots."""
        return self.unit * billionths / BILLION


def plain(number: Decimal) -> str:
    """Return an amount of money: to 1e-8, without zeros that say nothing."""
    text = format(round(number, 8).normalize(), "f")
    return "0" if text == "-0" else text
