"""A paper account: the venue of the backtest on the prints of the real market, for as long as its process lives."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from psky.app.data import load_trades
from psky.app.simulator import Simulation, settled
from psky.app.synth import default_spec
from psky.app.workspace import Workspace
from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules, decimal_of
from psky.domain.time import DAY_US, steady_us
from psky.domain.trades import TradeColumns
from psky.engine.venue import venue_config
from psky.errors import ExchangeError
from psky.live.carried import Carried
from psky.live.desk import columns_of
from psky.live.environments import Environment, environment
from psky.live.feed.public import News, PublicFeed, listening
from psky.live.feed.trades import PublicTrade
from psky.live.feed.trades import columns_of as journaled
from psky.live.keys import Keys
from psky.live.limits import LiveLimits
from psky.live.pace import LAG_S
from psky.live.preflight import check_steps
from psky.log import logger
from psky.market.tape import tape_from_columns
from psky.simulator.clock import FeedClock
from psky.simulator.config import KeyFacts, SimConfig
from psky.simulator.faults import FaultPlan, read_plan
from psky.simulator.growing import GrowingTape
from psky.simulator.intake import Intake
from psky.simulator.server import Running, serve_until_over, serving
from psky.spec.spec import Spec

_LOG = logger(__name__)
_PAST_US: Final = 2 * DAY_US
"""So much of a store is the past of a paper market: the queue ahead of an order looks back one day."""
_FIRST_S: Final = 30.0
_WAIT_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAccount:
    """An account and where its market is heard. `history` are the trades of the symbol's store."""

    feed: Environment
    keys: Keys
    spec: Spec
    instrument: Instrument
    history: TradeColumns
    holds: Carried
    stale_s: float
    """Silence of the feed after which the session's guard trips."""


@contextmanager
def paper_venue(account: PaperAccount) -> Iterator[str]:
    """Run the venue of a paper account in threads of this process; return its address.

    Raises:
        ExchangeError: nobody tells the market, or in other steps than the store's.
    """
    with (
        listening(account.feed, account.instrument.symbol, stale_s=account.stale_s) as feed,
        _served(account, feed) as running,
        pumping(feed, running),
    ):
        yield running.url


def serve_feed(
    workspace: Workspace, simulation: Simulation, address: str | None, on_start: Callable[[Running], None]
) -> None:
    """Serve a symbol of the real market, or of a simulator at `address`, until SIGTERM or SIGINT comes.

    Raises:
        UsageError: an address of another machine.
        SpecError: a plan of faults that is none.
        ExchangeError: nobody tells the market, or in other steps than the symbol's store.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    plan = read_plan(simulation.faults) if simulation.faults else FaultPlan()
    stale_s = LiveLimits().stale_public_s
    with listening(environment("paper", address), simulation.symbol, stale_s=stale_s) as feed:
        tape = begin_tape(feed, *_stored(workspace, feed.rules))
        spec = simulation.spec or default_spec(tape.instrument)
        venue, config = venue_config(spec, tape.instrument), settled(simulation.config, spec)
        served = serving(tape, venue, config, plan, feed=clock_of(feed), port=simulation.port)
        asyncio.run(serve_until_over(_fed(served, feed), simulation.linger_s, on_start))


@asynccontextmanager
async def _fed(served: AbstractAsyncContextManager[Running], feed: PublicFeed) -> AsyncIterator[Running]:
    async with served as running:
        with pumping(feed, running):
            yield running


def _stored(workspace: Workspace, rules: InstrumentRules) -> tuple[Instrument, TradeColumns]:
    """Return what a symbol's store has; without one, what the rules tell, and no trades."""
    if workspace.store_path(rules.symbol).exists():
        stored = load_trades(workspace, rules.symbol)
        return stored.instrument, stored.trades
    price, size = (max(0, -int(step.normalize().as_tuple().exponent)) for step in (rules.tick, rules.lot))
    no_trades, _ = _columns([], rules)
    return Instrument(symbol=rules.symbol, price_decimals=price, size_decimals=size, rules=rules), no_trades


def begin_tape(feed: PublicFeed, instrument: Instrument, history: TradeColumns, past_us: int = _PAST_US) -> GrowingTape:
    """Return the tape of a feed from the first that it tells on; its past is what a store and REST have of so long.

    Raises:
        ExchangeError: the feed counts in other steps, or told of no trade in time.
    """
    check_steps(instrument.symbol, feed.rules, instrument)
    now_us = feed.clock.market_us(steady_us())
    known = history.take(slice(*(int(row) for row in history.ts_us.searchsorted((now_us - past_us, now_us)))))
    feed.begin_after(int(known.ts_us[-1]) if len(known) else 0)
    news = _first(feed, enough=len(known) > 0)
    told = [trade for one in news for trade in one.trades]
    trades, seq = _columns(told, feed.rules)
    past = TradeColumns.joined([known, trades])
    is_whole = all(one.gap is None or one.gap.filled for one in news)
    tape = GrowingTape(
        tape_from_columns(past, dataclasses.replace(instrument, rules=feed.rules), "feed"),
        past,
        np.concatenate([np.zeros(len(known), np.int64), seq]),
        unbroken_row=0 if is_whole else len(known),
    )
    for one in news:
        if one.funding is not None:
            tape.expect_funding(*dataclasses.astuple(one.funding))
    return tape


def clock_of(feed: PublicFeed) -> FeedClock:
    """Return the clock of a feed's market."""
    return FeedClock(feed.clock.market_us, feed.clock.speed, int(LAG_S * feed.clock.speed * 1e6))


@contextmanager
def pumping(feed: PublicFeed, running: Running) -> Iterator[None]:
    """Have a venue hear a feed, in a thread, for the length of the block; where that fails, its market is over."""
    stopped = threading.Event()
    if running.intake is not None:
        running.intake.clock(-feed.skew_us // 1000)
    with ThreadPoolExecutor(1, "paper-feed") as pool:
        pumped = pool.submit(_pump, feed, running.intake, stopped)
        try:
            yield
        finally:
            stopped.set()
        pumped.result()


def _pump(feed: PublicFeed, intake: Intake | None, stopped: threading.Event) -> None:
    if intake is None:
        return
    try:
        while not stopped.is_set():
            for news in feed.hear(_WAIT_S):
                _tell(intake, news, feed.rules)
    except ExchangeError as error:
        _LOG.error("feed", error=error)
        intake.over()
        raise


def _tell(intake: Intake, news: News, rules: InstrumentRules) -> None:
    if news.gap is not None:
        _LOG.warning("feed", gap=news.gap.reason, start_us=news.gap.start_us, filled=news.gap.filled)
    if news.gap is not None and not news.gap.filled:
        intake.lost()
    if news.trades:
        intake.prints(*_columns(news.trades, rules))
    if news.funding is not None:
        intake.funding(*dataclasses.astuple(news.funding))
    if news.skew_us is not None:
        intake.clock(-news.skew_us // 1000)
    if news.over:
        intake.over()


def _columns(trades: Sequence[PublicTrade], rules: InstrumentRules) -> tuple[TradeColumns, NDArray[np.int64]]:
    return columns_of(journaled(trades), rules), np.array([one.feed_seq for one in trades], np.int64)


def _first(feed: PublicFeed, *, enough: bool) -> list[News]:
    """Hear what REST has, and where that is nothing and what is known not `enough`, until there is a trade."""
    end_s, news = time.monotonic() + _FIRST_S, list[News]()
    while time.monotonic() < end_s:
        news += feed.hear(_WAIT_S)
        if enough or any(one.trades for one in news):
            return news
    raise ExchangeError(f"expected a trade of the market within {_FIRST_S:g} s, found none")


@contextmanager
def _served(account: PaperAccount, feed: PublicFeed) -> Iterator[Running]:
    tape = begin_tape(feed, account.instrument, account.history)
    venue, config = venue_config(account.spec, tape.instrument), _config(account)
    ready: Future[tuple[Running, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stopped = asyncio.Event()
        async with serving(tape, venue, config, FaultPlan(), feed=clock_of(feed)) as running:
            ready.set_result((running, asyncio.get_running_loop(), stopped))
            await stopped.wait()

    with ThreadPoolExecutor(1, "paper-venue") as pool:
        served = pool.submit(asyncio.run, serve())
        either: list[Future[Any]] = [served, ready]
        wait(either, return_when=FIRST_COMPLETED)
        if not ready.done():
            served.result()
        running, loop, stopped = ready.result()
        try:
            yield running
        finally:
            loop.call_soon_threadsafe(stopped.set)
        served.result()


def _config(account: PaperAccount) -> SimConfig:
    held = account.holds.whole_ticks(account.instrument.tick * account.instrument.lot)
    config = SimConfig(
        balance=held.wallet_usdt,
        position_lots=held.lots,
        entry_ticks=int(held.entry_ticks),
        keys=KeyFacts(key=account.keys.key, secret=account.keys.secret),
        instance=f"-{time.time_ns()}",
    )
    return settled(config, account.spec)


def new_account(balance_usdt: float) -> Carried:
    """Return an account that holds money and nothing else."""
    return Carried(wallet_usdt=Decimal(decimal_of(balance_usdt)))
