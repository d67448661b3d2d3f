"""The public side of one symbol, wherever it is told: trades once and in order, gaps, and the funding to come.

It needs no keys. A session hears its exchange by `psky.live.ears`; this is for whoever wants the market alone, such as
the venue of a paper account.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from psky.domain.time import SECOND_US
from psky.errors import ExchangeError
from psky.live.environments import Environment
from psky.live.exchange.bybit import Bybit, recent_trades
from psky.live.exchange.clock import ClockReading, read_clock
from psky.live.exchange.rest import Rest, required
from psky.live.exchange.states import decimal_in
from psky.live.feed.ear import TradeEar
from psky.live.feed.frames import Frame, Topic
from psky.live.feed.sockets import Arrival, Inbox, Supervisor, connector, drained, wait_up
from psky.live.feed.trades import PublicTrade, TradeFeed, Words
from psky.live.journal.records import Gap
from psky.live.simclock import Ending, SimTime, sim_time
from psky.log import logger

_LOG = logger(__name__)
_LAST_S: Final = 1.0
"""Nothing may have come for so long before a market is thought to be over."""
CLOCK_S: Final = 30.0
"""How often the exchange is asked for its time."""
_FUNDING: Final = ("nextFundingTime", "fundingRate", "markPrice")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFunding:
    """What the ticker says of the next funding; `mark` is in quote currency."""

    ts_us: int
    rate: float
    mark: float


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was heard, in this order: a gap, trades, funding, our clock's skew, the end of a simulated market."""

    gap: Gap | None = None
    trades: Sequence[PublicTrade] = ()
    funding: NextFunding | None = None
    skew_us: int | None = None
    over: bool = False


class PublicFeed:
    """Hears a symbol; see `listening`.

    `rules` are the exchange's, `clock` tells its time, `skew_us` how far ours is ahead of it.
    """

    def __init__(self, environment: Environment, symbol: str, inbox: Inbox, source: Supervisor, stale_s: float) -> None:
        self._rest, self._symbol = Rest(environment, None), symbol
        self.rules = Bybit(self._rest, symbol, lambda _name: None).rules
        self.clock = _clock(environment, self._rest)
        self._inbox, self._source, self._stale_s = inbox, source, stale_s
        self._trades = TradeFeed(self.rules)
        self._ear = TradeEar(feed=self._trades, recent_trades=lambda: recent_trades(self._rest, symbol))
        self._ending = None if environment.address is None else Ending(environment.address)
        self._ticker: dict[str, Any] = {}
        self._heard_s = self._minded_s = time.monotonic()
        self.skew_us = _read_clock(self._rest).skew_us
        self._asked_s = time.monotonic()

    def begin_after(self, ts_us: int) -> None:
        """Want the trades after a time, as far as REST still has them; call it before anything is heard."""
        self._trades.resume(ts_us, None, why="nobody listened")

    def hear(self, within_s: float) -> list[News]:
        """Return what has come, after waiting a little for the first of it."""
        news = [one for arrival in drained(self._inbox, within_s) for one in self._read(*arrival)]
        self._mind_silence()
        news += self._skew()
        return [News(over=True)] if not news and self._is_over() else news

    def _is_over(self) -> bool:
        """Whether a simulated market is at its end, and all of it was heard."""
        quiet_s = time.monotonic() - self._heard_s
        if self._ending is None or quiet_s < _LAST_S or not self._ending():
            return False
        newest_ms = max((int(words["time"]) for words in recent_trades(self._rest, self._symbol)), default=0)
        return (self._trades.last_us or 0) // 1000 >= newest_ms

    def _read(self, arrival: Arrival, frame: Frame | None) -> Iterator[News]:
        if frame is None:
            _LOG.info("feed", what=arrival.what, generation=arrival.generation)
        elif frame.topic is Topic.TRADES:
            self._heard_s = time.monotonic()
        elif frame.topic is Topic.TICKER:
            yield from self._funding(frame.rows[0])
        elif frame.is_damaged or frame.topic is Topic.REFUSED:
            self._source.restart(frame.message)
        trades, gap = self._ear.hear(arrival, frame)
        if trades or gap:
            yield News(trades=trades, gap=gap)

    def _funding(self, words: Words) -> Iterator[News]:
        """Tell the next funding, of which a ticker only says what has changed."""
        changed = {name: words[name] for name in _FUNDING if name in words}
        self._ticker |= changed
        ts_us = int(decimal_in(self._ticker, "nextFundingTime")) * 1000
        rate, mark = (decimal_in(self._ticker, name) for name in _FUNDING[1:])
        if changed and ts_us and mark > Decimal(0):
            yield News(funding=NextFunding(ts_us=ts_us, rate=float(rate), mark=float(mark)))

    def _skew(self) -> Iterator[News]:
        """Tell now and then how far our clock is ahead of the exchange's; who does not answer will the next time."""
        if time.monotonic() - self._asked_s < CLOCK_S:
            return
        self._asked_s = time.monotonic()
        try:
            self.skew_us = _read_clock(self._rest).skew_us
        except ExchangeError as error:
            _LOG.warning("no clock", error=error)
        else:
            yield News(skew_us=self.skew_us)

    def _mind_silence(self) -> None:
        """Drop a connection that was silent for half the time after which a guard would trip."""
        now_s = time.monotonic()
        if now_s - max(self._heard_s, self._minded_s) > self._stale_s / 2:
            self._minded_s = now_s
            self._source.restart(f"silent for {now_s - self._heard_s:.0f} s")


@contextmanager
def listening(environment: Environment, symbol: str, *, stale_s: float) -> Iterator[PublicFeed]:
    """Return a feed that is connected, for the length of the block.

    Raises:
        ExchangeError: the exchange does not answer, or knows no such symbol.
    """
    inbox = Inbox()
    topics = (f"publicTrade.{symbol}", f"tickers.{symbol}")
    source = Supervisor("public", connector("public", environment, None, topics), inbox)
    feed = PublicFeed(environment, symbol, inbox, source, stale_s)
    source.start()
    try:
        wait_up(inbox, {"public"})
        yield feed
    finally:
        source.stop()


def _clock(environment: Environment, rest: Rest) -> SimTime:
    if environment.address is not None:
        return sim_time(environment.address)
    read = _read_clock(rest)
    _LOG.info("clock", ahead_s=read.skew_us / SECOND_US)
    return SimTime(ts_us=read.server_us, at_us=read.asked_us, speed=1.0, is_over=False)


def _read_clock(rest: Rest) -> ClockReading:
    return read_clock(lambda: rest.now_us, lambda: required(rest.get("/v5/market/time", auth=False), "tell its time"))
