"""The market that the simulator plays back: a tape, its instrument, and how numbers are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from psky.domain.trades import TradeColumns
from psky.engine.messages import BILLION
from psky.market.tape import MarketTape

FLAG_RPI: Final = 1
FLAG_BLOCK: Final = 2


@dataclass(frozen=True, kw_only=True)
class SimTape(MarketTape):
    """A tape with its trades as columns too; rows before `first_row` are the past."""

    trades: TradeColumns
    fingerprint: str = ""
    """Playing it back needs none."""
    first_row: int = 0

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
        lots: NDArray[np.int64] = np.rint(self.trades.size / self.instrument.lot_size).astype(np.int64)
        return lots

    @property
    def start_us(self) -> int:
        """When the simulation begins: at the first print that it plays."""
        return int(self.ts_us[self.first_row])

    def first_at(self, ts_us: int) -> int:
        """Return the first row at or after a time."""
        return int(np.searchsorted(self.ts_us, ts_us, side="left"))


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
