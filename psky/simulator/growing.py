"""A tape that grows as a feed tells of trades: what `PlayedTape` says, and room for more."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from psky.domain.funding import NO_FUNDING, Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine.venue_steps import NEVER_US
from psky.market.tape import MarketTape
from psky.simulator.tape import lots_of

_LEAST: Final = 4096
_KINDS: Final = {
    "ts_us": np.int64,
    "price_ticks": np.int64,
    "lots": np.int64,
    "side": np.int8,
    "tick_direction": np.int8,
    "flags": np.uint8,
    "seq": np.int64,
}


class GrowingTape:
    """Trades so far, the first `past` of which are not played, and the funding that is next. See `PlayedTape`.

    `past` holds at least one trade. A trade takes 35 bytes, and up to twice as much while there is room for more.
    """

    def __init__(
        self, past: MarketTape, trades: TradeColumns, seq: NDArray[np.int64], *, unbroken_row: int = 0
    ) -> None:
        self.instrument: Instrument = past.instrument
        self.core = past.core
        """The past alone; the venue keeps what comes after it."""
        self.first_row = len(past)
        self.unbroken_row = unbroken_row
        self.funding: Funding = NO_FUNDING
        self.is_over = False
        self.start_us = past.span_us[1] + 1
        self._length = 0
        self._news = asyncio.Event()
        self._columns = {name: np.empty(_LEAST, kind) for name, kind in _KINDS.items()}
        self.append(past, trades, seq)

    def append(self, more: MarketTape, trades: TradeColumns, seq: NDArray[np.int64]) -> None:
        """Add trades in time order after the last: `more` is the tape of `trades`, `seq` their sequence numbers."""
        start, self._length = self._length, self._length + len(trades)
        self._make_room()
        values = {name: getattr(trades, name) for name in ("ts_us", "side", "tick_direction", "flags")}
        values |= {"price_ticks": more.core.price_ticks, "lots": lots_of(trades, self.instrument), "seq": seq}
        for name, added in values.items():
            self._columns[name][start : self._length] = added
        self._news.set()

    def lose(self) -> None:
        """Note that prints are missing between the last one and the next."""
        self.unbroken_row = len(self)

    def end(self) -> None:
        """Note that no more is to come."""
        self.is_over = True
        self._news.set()

    async def news(self, within_s: float) -> None:
        """Wait until there is more, or until time is over."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), within_s)

    async def reach(self, ts_us: int) -> None:
        """Wait until there is a print at or after a time, or no more is to come."""
        while not self.is_over and self.ts_us[-1] < ts_us:
            self._news.clear()
            await self._news.wait()

    def expect_funding(self, ts_us: int, rate: float, mark: float) -> None:
        """Note the next stamp as far as it is known now; what was said of a time that is not earlier is forgotten."""
        known = self.funding
        kept = int(np.searchsorted(known.ts_us, ts_us, side="left"))
        self.funding = Funding(
            ts_us=np.append(known.ts_us[:kept], ts_us),
            rate=np.append(known.rate[:kept], rate),
            mark=np.append(known.mark[:kept], mark),
        )

    def __len__(self) -> int:
        return self._length

    @property
    def ts_us(self) -> NDArray[np.int64]:
        """Times, microseconds."""
        return self._columns["ts_us"][: self._length]

    @property
    def price_ticks(self) -> NDArray[np.int64]:
        """Prices in ticks."""
        return self._columns["price_ticks"][: self._length]

    @property
    def lots(self) -> NDArray[np.int64]:
        """Sizes in lots."""
        return self._columns["lots"][: self._length]

    @property
    def side(self) -> NDArray[np.int8]:
        """Sides of the takers."""
        return self._columns["side"][: self._length]

    @property
    def tick_direction(self) -> NDArray[np.int8]:
        """Whether prices rose or fell."""
        return self._columns["tick_direction"][: self._length]

    @property
    def flags(self) -> NDArray[np.uint8]:
        """What was no trade of the book."""
        return self._columns["flags"][: self._length]

    @property
    def end_us(self) -> int:
        """The last print of a tape that is over."""
        return int(self.ts_us[-1]) if self.is_over else NEVER_US

    def seq(self, row: int) -> int:
        """Return the exchange's sequence number of a row."""
        return int(self._columns["seq"][row])

    def first_at(self, ts_us: int) -> int:
        """Return the first row at or after a time."""
        return int(np.searchsorted(self.ts_us, ts_us, side="left"))

    def has_ended(self, row: int) -> bool:
        """Return whether no print comes at or after a row."""
        return self.is_over and row >= len(self)

    def _make_room(self) -> None:
        room = len(self._columns["ts_us"])
        if self._length > room:
            room = max(self._length, 2 * room)
            self._columns = {name: _copied(column, room) for name, column in self._columns.items()}


def _copied(column: NDArray[Any], room: int) -> NDArray[Any]:
    copied = np.empty(room, column.dtype)
    copied[: len(column)] = column
    return copied
