"""Starting a session: what there was is recovered, what must hold is checked, and only then anything is traded.

In this order: journal, exchange, reconciliation, trading. The sockets are up before the exchange is asked what it
holds, so that nothing happens unseen in between.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

import psky
from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US, steady_us
from psky.domain.trades import TradeColumns
from psky.engine.trader import NEVER_US, Trader
from psky.errors import LiveError
from psky.learn.bundle import Bundle
from psky.live.alerts import Alerts
from psky.live.brain import Brain, Step
from psky.live.desk import Desk
from psky.live.environments import Environment
from psky.live.exchange.bybit import Bybit, recent_trades
from psky.live.exchange.port import Account, VenuePort
from psky.live.exchange.rest import Rest
from psky.live.feed.sockets import Channel, Inbox, Supervisor, connector, wait_up
from psky.live.feed.trades import TradeFeed
from psky.live.folder import SessionFolder, live_root, new_session_name, sessions
from psky.live.guard import Guard
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.keys import Keys
from psky.live.latch import latch_of
from psky.live.leaving import BEFORE_US
from psky.live.limits import LiveLimits
from psky.live.pace import FreePace, LockstepPace, Pace
from psky.live.preflight import check_account, check_steps
from psky.live.recovery import Past, hear_again, read_past, settle
from psky.live.session import Session, Ways
from psky.live.simclock import Ending, SimTime, market_time
from psky.live.status import COUNTED
from psky.live.watch import Watch
from psky.log import logger
from psky.spec.codec import to_dict
from psky.spec.spec import Spec

_LOG = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a session trades and where; `history` are the trades of the symbol's store, and `tape` their fingerprint."""

    environment: Environment
    keys: Keys
    symbol: str
    study: str
    trial: int
    bundle: Bundle
    spec: Spec
    instrument: Instrument
    history: TradeColumns
    tape: str
    limits: LiveLimits
    paced: bool = False
    """The simulator waits for us."""
    speed: float = 0.0
    """Of a paced simulator: seconds of the tape a second, 0 as fast as can be."""
    missed: records.Gap | None = None
    """What a venue that began anew with this process did not see, until now; the journal is told."""


@contextmanager
def started(plan: Plan, model_root: Path) -> Iterator[Session]:
    """Return a session that is ready to run, new or recovered; it is this process's until the block ends.

    Raises:
        LiveError: another process runs it, the exchange refuses or holds what nobody knows of, or the journal is
            damaged.
        NotArmed: its guard tripped, or that of the session before it, and nobody armed it.
    """
    alerts = Alerts(plan.limits.notify)
    with ExitStack() as stack:
        folder = session_folder(plan, live_root(model_root, plan.symbol))
        stack.enter_context(folder.held())
        yield _Starter(plan, folder, stack).session(alerts)


class _Starter:
    """The steps of a start, in order."""

    def __init__(self, plan: Plan, folder: SessionFolder, stack: ExitStack) -> None:
        self._plan, self._folder, self._stack = plan, folder, stack
        self._durable = plan.environment.needs_keys  # a simulation need not outlast a loss of power
        self._journal = stack.enter_context(JournalWriter(folder.journal, durable=self._durable))
        self._rest = Rest(plan.environment, plan.keys)
        self._inbox: Inbox = Inbox()

    def session(self, alerts: Alerts) -> Session:
        """Return the session, recovered and in agreement with the exchange."""
        plan, journal = self._plan, self._journal
        past = self._past()
        self._unlatch()
        names = Trader(plan.spec.policy, self._folder.prefix)
        venue = Bybit(self._rest, plan.symbol, names.order_id)
        check_steps(plan.symbol, venue.rules, plan.instrument)
        account = venue.account()
        check_account(account, plan.environment, plan.limits)
        self._open(account, venue.rules.quote)
        sources = self._sockets()
        clock = market_time(plan.environment.address, account.clock)
        brain, again, started = self._brain(clock.market_us(steady_us()), venue, past)
        journal.append(started, brain.now_us)
        if plan.missed is not None:
            now_us = clock.market_us(steady_us())
            journal.append(msgspec.structs.replace(plan.missed, end_us=now_us), now_us)
        journal.commit()
        desk = Desk(
            journal=journal,
            brain=brain,
            venue=venue,
            pace=self._paced(clock),
            guard=self._guard(venue.rules.quote),
            rules=venue.rules,
            last_ticks=past.last_ticks,
        )
        settle(desk, past, again)
        ways = Ways(
            folder=self._folder,
            reading=venue.reading,
            sources=sources,
            recent_trades=lambda: recent_trades(self._rest, plan.symbol),
            alerts=alerts,
            is_paced=plan.paced,
        )
        base_usdt = float(account.wallet_usdt) if past.base_usdt is None else past.base_usdt
        # Of a brain that has heard nothing yet there is no time to go by. What is older is of no trade of this session.
        left_us = min(brain.now_us if brain.now_us > 0 else NEVER_US, clock.market_us(account.clock.asked_us))
        since_us = max(started.decide_from_us, left_us - BEFORE_US)
        watch = Watch(desk, base_usdt, skew_us=account.clock.skew_us)
        session = Session(desk, ways, plan.limits, watch, past.run + 1, since_us)
        session.agree(clock.market_us(steady_us()))
        self._resume(session.ears.public.feed, past, brain)
        return session

    # --- steps ---

    def _guard(self, quote: str) -> Guard:
        guard = Guard(self._plan.limits, quote or records.UNNAMED)
        with JournalReader(self._folder.journal) as reader:
            counted = reader.now(COUNTED)
        if counted is not None:
            guard.remember(counted[1])
        return guard

    def _past(self) -> Past:
        with JournalReader(self._folder.journal) as reader:
            reader.verify()
            return read_past(reader)

    def _unlatch(self) -> None:
        latch = latch_of(self._folder, self._plan.environment.name)
        if latch is None:
            return
        latch.refuse_unarmed()
        if latch.holder == self._folder:
            latch.release(self._journal)
            return
        with latch.holder.held(), JournalWriter(latch.holder.journal, durable=self._durable) as journal:
            latch.release(journal)

    def _open(self, account: Account, quote: str) -> None:
        if self._journal.seq:
            return
        plan = self._plan
        opened = records.Opened(
            session=self._folder.name,
            environment=plan.environment.name,
            symbol=plan.symbol,
            study=plan.study,
            trial=plan.trial,
            prefix=self._folder.prefix,
            strategy=to_dict(plan.spec),
            model_digest=plan.bundle.digest,
            tick=str(plan.instrument.tick),
            lot=str(plan.instrument.lot),
            account_usdt=str(account.wallet_usdt),
            psky_version=psky.__version__,
            quote=quote,
        )
        self._journal.append(opened, 0)
        self._journal.commit()

    def _brain(self, market_us: int, venue: VenuePort, past: Past) -> tuple[Brain, list[Step], records.Started]:
        plan, prefix = self._plan, self._folder.prefix
        started = records.Started(run=past.run + 1, pid=os.getpid(), restored_seq=0, decide_from_us=market_us)
        with JournalReader(self._folder.journal) as reader:
            saved = reader.state()
            if saved is None:
                return self._warmed(market_us), [], started
            seq, state = saved
            # What it did not decide then, because it lay before the session, is not decided when it is heard again.
            from_us = past.decide_from_us
            brain = Brain.restore(plan.bundle, plan.spec, plan.instrument, prefix, state, decide_from_us=from_us)
            again = hear_again(brain, reader, seq, venue.rules)
        _LOG.info("recovered", session=self._folder.name, state=seq, steps=len(again))
        return brain, again, msgspec.structs.replace(started, restored_seq=seq, decide_from_us=from_us)

    def _warmed(self, market_us: int) -> Brain:
        plan, times = self._plan, self._plan.history.ts_us
        known = int(times.searchsorted(market_us))
        brain = Brain(plan.bundle, plan.spec, plan.instrument, self._folder.prefix, decide_from_us=market_us)
        # Older trades lie before a split of the tape: nothing that follows would look at them.
        if known and market_us - int(times[known - 1]) <= plan.spec.tape.max_gap_s * SECOND_US:
            columns, at = plan.history.take(slice(0, known)), 0
            while at < known:
                at, _ = brain.on_trades(columns, at)
            warmed = records.Warmed(tape=plan.tape, rows=known, start_us=int(times[0]), end_us=int(times[known - 1]))
            self._journal.append(warmed, brain.now_us)
        self._journal.save_state(brain.save(), brain.now_us)
        self._journal.commit()
        return brain

    def _sockets(self) -> dict[str, Supervisor]:
        plan = self._plan
        topics: dict[Channel, Sequence[str]] = {
            "public": (f"publicTrade.{plan.symbol}",),
            "private": ("order", "execution", "position", "wallet"),
        }
        sources: dict[str, Supervisor] = {}
        for channel, wanted in topics.items():
            connect = connector(channel, plan.environment, plan.keys, wanted)
            sources[channel] = source = Supervisor(channel, connect, self._inbox, seed=os.getpid())
            source.start()
            self._stack.callback(source.stop)
        wait_up(self._inbox, set(topics))
        return sources

    def _paced(self, clock: SimTime) -> Pace:
        environment, plan = self._plan.environment, self._plan
        if plan.paced and environment.socket_address is not None:
            pace = LockstepPace(self._inbox, environment.socket_address, speed=plan.speed)
            self._stack.callback(pace.close)
            return pace
        address = environment.address
        is_over = (lambda: False) if address is None else Ending(address)
        return FreePace(self._inbox, clock.market_us, speed=clock.speed, is_over=is_over)

    def _resume(self, feed: TradeFeed, past: Past, brain: Brain) -> None:
        if past.last_trade is not None:
            feed.resume(*past.last_trade, why="nobody listened")
        elif brain.now_us > 0:
            feed.resume(brain.now_us, None, why="nobody listened")


def session_folder(plan: Plan, root: Path) -> SessionFolder:
    """Return the session that was not ended, or a new one.

    Raises:
        LiveError: one is open that trades something else, or elsewhere.
    """
    for session in sessions(root):
        if session.is_over():
            continue
        opened = session.opened()
        theirs = (opened.environment, opened.study, opened.trial, opened.model_digest)
        if opened.environment != plan.environment.name:
            continue
        ours = (plan.environment.name, plan.study, plan.trial, plan.bundle.digest)
        if theirs != ours:
            raise LiveError(
                f"expected to go on with session {session.name} ({opened.study}, trial {opened.trial}), found another "
                f"model; end it first: psky live flatten {plan.symbol} --session {session.name} --end"
            )
        return session
    return SessionFolder(path=root / new_session_name(int(time.time())))
