"""Where what a feed tells comes in: from any thread, in the order in which it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from psky.domain.trades import TradeColumns
from psky.market.tape import batch
from psky.simulator.clock import Clock, FeedClock
from psky.simulator.growing import GrowingTape
from psky.simulator.pace import catch_up
from psky.simulator.site import Site
from psky.simulator.streams.hub import Hub


class Intake:
    """Makes a growing tape grow. Its methods return at once; the loop of the exchange does what they say."""

    def __init__(self, site: Site, hub: Hub, clock: Clock, tape: GrowingTape) -> None:
        self._site, self._hub, self._clock, self._tape = site, hub, clock, tape
        self._loop = asyncio.get_running_loop()

    def prints(self, trades: TradeColumns, seq: NDArray[np.int64]) -> None:
        """Take trades in time order, with the exchange's sequence numbers."""
        self._soon(lambda: self._grow(trades, seq))

    def lost(self) -> None:
        """Take that prints are missing here: who listens is to know, as where an exchange's connections break."""
        self._soon(self._break)

    def funding(self, ts_us: int, rate: float, mark: float) -> None:
        """Take what is known of the next funding, `mark` in quote currency."""
        self._soon(lambda: self._tape.expect_funding(ts_us, rate, mark))

    def clock(self, ahead_ms: int) -> None:
        """Take how far the exchange's clock is ahead of this machine's."""
        self._soon(lambda: self._set_clock(ahead_ms))

    def over(self) -> None:
        """Take that no more is to come."""
        self._soon(self._tape.end)

    def _soon(self, act: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(act)

    def _grow(self, trades: TradeColumns, seq: NDArray[np.int64]) -> None:
        more = batch(trades, self._tape.instrument)
        self._site.exchange.venue.extend(more)
        self._tape.append(more, trades, seq)

    def _set_clock(self, ahead_ms: int) -> None:
        self._site.ahead_ms = ahead_ms

    def _break(self) -> None:
        if isinstance(self._clock, FeedClock):
            catch_up(self._site, self._hub, self._clock)
        self._tape.lose()
        self._hub.break_off("public")
