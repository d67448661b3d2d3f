"""Hears the public trades of a socket: once, in order, and with what was missed fetched or told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from psky.errors import ExchangeError
from psky.live.feed.frames import Frame, Topic
from psky.live.feed.sockets import Arrival
from psky.live.feed.trades import PublicTrade, TradeFeed, Words
from psky.live.journal.records import Gap
from psky.log import logger

_LOG = logger(__name__)


@dataclass(slots=True, kw_only=True)
class TradeEar:
    """Reads what a public socket says. `recent_trades` asks REST for what was missed; None where nothing can be."""

    feed: TradeFeed
    recent_trades: Callable[[], Sequence[Words]] | None
    _down: int = 0
    """The last connection that is known to be down: what still comes of it would hide the hole that follows."""

    def hear(self, arrival: Arrival, frame: Frame | None) -> tuple[list[PublicTrade], Gap | None]:
        """Return the news of an arrival, and the gap before or within them where there is one."""
        if arrival.generation <= self._down:
            return [], None
        if frame is None:
            if arrival.what == "down":
                self._down = arrival.generation
                self.feed.suspect("the connection was lost")
        elif frame.topic is Topic.TRADES:
            return self._stream(frame)
        elif frame.is_damaged:
            self.feed.suspect("a frame could not be read")
        elif frame.is_subscription:
            return self._backfill()  # not earlier: until then trades are neither in the stream nor in what REST has
        return [], None

    def _stream(self, frame: Frame) -> tuple[list[PublicTrade], Gap | None]:
        try:
            return self.feed.stream(frame.rows)
        except ExchangeError as error:  # the next trade tells the gap
            _LOG.warning("trades that cannot be read", error=error)
            self.feed.suspect("a frame could not be read")
            return [], None

    def _backfill(self) -> tuple[list[PublicTrade], Gap | None]:
        if not self.feed.is_suspect or self.recent_trades is None:
            return [], None
        try:
            return self.feed.backfill(self.recent_trades())
        except ExchangeError as error:  # the stream's next trade tells the gap
            _LOG.warning("no backfill", error=error)
            return [], None
