"""A live session: turn after turn, what came is heard, what is due is done, and the guard looks on.

Made by `psky.live.start`, which has recovered what there was. One thread does all this; sockets have threads of their
own, which only put what comes into a queue.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from psky.domain.time import SECOND_US
from psky.engine.trader import NEVER_US
from psky.errors import ExchangeError, NotFlat
from psky.live.alerts import Alerts
from psky.live.desk import Desk, Heard
from psky.live.exchange.port import Execution
from psky.live.exchange.states import Reading, Words
from psky.live.feed.frames import Frame, Topic
from psky.live.feed.sockets import Arrival
from psky.live.feed.trades import PublicTrade, TradeFeed, columns_of
from psky.live.flatten import Step as FlatStep
from psky.live.flatten import get_flat
from psky.live.folder import FAMILY, SessionFolder
from psky.live.guard import Rule, Trip
from psky.live.journal import records
from psky.live.limits import LiveLimits
from psky.live.pace import Turn
from psky.live.reconcile import Reconciler
from psky.live.status import SHOWN, status_of
from psky.live.translate import FUNDING, TRADE, event_of_execution, event_of_state
from psky.live.watch import Watch
from psky.log import logger

_LOG = logger(__name__)
_LOOK_US: Final = SECOND_US // 4
"""How often limits and asks are looked at, wall time."""
_SHOW_US: Final = SECOND_US
_SAVE_US: Final = 30 * SECOND_US
NOTHING_LOUD: Final = (-NEVER_US, NEVER_US)


class Source(Protocol):
    """A socket under supervision."""

    def restart(self, why: str) -> None:
        """Drop the connection, which is silent or in doubt; another is made."""


@dataclass(slots=True, kw_only=True)
class Ways:
    """How the session reaches what is outside, besides its desk."""

    folder: SessionFolder
    reading: Reading
    sources: Mapping[str, Source]
    recent_trades: Callable[[], Sequence[Words]]
    alerts: Alerts
    is_paced: bool = False
    """Simulated time waits for us, so nothing is asked that a replay would not know."""
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class Session:
    """A session that trades until somebody stops it, the market ends, or the exchange refuses it."""

    desk: Desk
    ways: Ways
    limits: LiveLimits
    watch: Watch
    run_number: int
    mode: str = "warming"
    feed: TradeFeed = field(init=False)
    _reconciler: Reconciler = field(init=False)
    _due_us: dict[str, int] = field(default_factory=dict)
    _closings: int = 0
    _ended: str = ""

    def __post_init__(self) -> None:
        self.feed = TradeFeed(self.desk.rules)
        now_us = self.desk.clock_us()
        self._reconciler = Reconciler(self.desk, now_us - 3600 * SECOND_US)
        self.watch.heard_us = {"public": now_us, "private": now_us}
        self._due_us = {"reconcile": now_us, "save": now_us + _SAVE_US, "look": now_us, "show": now_us}

    def run(self, stopped: Callable[[], bool]) -> str:
        """Trade until the end; return why it came.

        Raises:
            NotFlat: it ended with orders or a position that nobody could close.
        """
        while not self._ended:
            turn = self.desk.pace.turn()
            self._turn(turn)
            if turn.over:
                self._ended = "the market ended"
            elif stopped():
                self.stop("asked to stop")
            if not self._ended:
                self._done()
        self._finish()
        return self._ended

    def stop(self, why: str) -> None:
        """Leave the market in good order, then end."""
        self._set_mode("stopping", why, held="stopping")
        if not self.desk.brain.trader.is_flat:
            self.desk.take(self.desk.brain.on_end())
            self._wait_flat()
        self._get_flat(why)
        self._ended = why

    def agree(self, now_us: int) -> None:
        """Agree with the exchange before anything is traded.

        Raises:
            ExchangeError: it does not answer, or holds what nobody knows of and nobody may close.
        """
        self._reconciler.reconcile(now_us, grace_us=0)
        held, known = self.desk.venue.position().lots, self.desk.orders.lots
        foreign = [one for one in self.desk.venue.open_orders() if not one.name.startswith(FAMILY)]
        if held == known and not foreign:
            return
        found = f"a position of {held} lots where the journal knows of {known}, and {len(foreign)} orders of others"
        if self.limits.on_unknown == "refuse":
            raise ExchangeError(
                f"{self.desk.rules.symbol}: expected to know what the account holds, found {found}; close it, or set "
                '[live] on_unknown = "flatten"'
            )
        self.desk.note(records.Guard(what="trip", rule=Rule.DISAGREEMENT, explanation=found, facts={}))
        self._get_flat(Rule.DISAGREEMENT)
        self._arm()

    # --- a turn ---

    def _done(self) -> None:
        self.desk.pace.done(self.desk.brain.next_us, self.desk.brain.trader.quiet_band)

    def _turn(self, turn: Turn) -> None:
        trades, heard = self._arrivals(turn)
        if trades:
            self.desk.trades(columns_of(trades))
        if heard:
            self.desk.hear(heard, turn.now_us)
        self.desk.hear_answers(turn.now_us)
        while self.desk.advance(turn.until_us):
            if self.ways.is_paced:
                break  # what the exchange says to it is heard before anything else is done
            self.desk.hear_answers(turn.now_us)
        if turn.closes:
            self._leave()
        self.desk.hear_answers(turn.now_us)
        self._look(turn.now_us)
        self.desk.journal.commit()

    def _arrivals(self, turn: Turn) -> tuple[list[PublicTrade], list[Heard]]:
        trades: list[PublicTrade] = []
        heard: list[Heard] = []
        for arrival, frame in turn.arrivals:
            if frame is None:
                trades += self._up_or_down(arrival)
                continue
            self.watch.heard_us[arrival.channel] = arrival.at_us
            if frame.topic is Topic.TRADES:
                trades += self._noting(*self.feed.stream(frame.rows))
            else:
                heard += self._private(arrival, frame)
        return [one for one in trades if one.ts_us >= self.desk.brain.now_us], heard

    def _up_or_down(self, arrival: Arrival) -> list[PublicTrade]:
        _LOG.info("socket", channel=arrival.channel, what=arrival.what, generation=arrival.generation)
        if arrival.what == "down":
            if arrival.channel == "public":
                self.feed.suspect("the connection was lost")
            return []
        if arrival.channel == "private":
            self._due_us["reconcile"] = 0
            return []
        return self._backfill()

    def _backfill(self) -> list[PublicTrade]:
        if not self.feed.is_suspect or self.ways.is_paced:
            return []
        try:
            return self._noting(*self.feed.backfill(self.ways.recent_trades()))
        except ExchangeError as error:  # the stream's next trade tells the gap
            _LOG.warning("no backfill", error=error)
            return []

    def _noting(self, trades: list[PublicTrade], gap: records.Gap | None) -> list[PublicTrade]:
        if gap is not None:
            self.desk.note(gap, gap.end_us)
        return trades

    def _private(self, arrival: Arrival, frame: Frame) -> list[Heard]:
        match frame.topic:
            case Topic.REFUSED:
                self.desk.pull(Rule.FATAL, f"the {arrival.channel} socket was refused: {frame.message}")
            case Topic.ORDER:
                return [one for words in frame.rows for one in self._order(words)]
            case Topic.EXECUTION:
                return [one for words in frame.rows for one in self._execution(words)]
            case Topic.POSITION:
                for words in frame.rows:
                    if words.get("symbol") == self.desk.rules.symbol:
                        self.watch.position = self.ways.reading.position(words)
            case Topic.OTHER if frame.message:
                self.ways.sources[arrival.channel].restart(frame.message)
            case _:
                pass
        return []

    def _order(self, words: Words) -> list[Heard]:
        state = self.ways.reading.order(words)
        order_id = self.ways.reading.id_of(state.name)
        own = None if order_id is None else self.desk.orders.find(order_id)
        event = None if own is None else event_of_state(state, own)
        if event is None or not self.desk.orders.is_news(event):
            return []
        return [Heard(event=event, source="stream", raw=dict(words))]

    def _execution(self, words: Words) -> list[Heard]:
        if words.get("symbol") != self.desk.rules.symbol:
            return []
        execution = self.ways.reading.execution(words)
        event = event_of_execution(execution, self.desk.orders)
        if event is None:
            self._booked(execution, words)
            return []
        if execution.kind == FUNDING:
            self._booked(execution, words)
        return [Heard(event=event, source="stream", raw=dict(words))] if self.desk.orders.is_news(event) else []

    def _booked(self, execution: Execution, words: Words) -> None:
        """Note what moved money, or our position, and was no trade of ours."""
        if execution.kind == TRADE and self.ways.reading.id_of(execution.name) is not None:
            return  # of an order that is over for long
        fill = execution.fill
        self.desk.note(
            records.Booked(
                what=execution.kind,
                lots=fill.lots * fill.side,
                price_ticks=fill.price_ticks,
                amount_usdt=str(execution.amount_usdt),
                raw=dict(words),
            ),
            fill.ts_us,
        )
        if execution.kind != FUNDING and not execution.name.startswith(self._closing_prefix):
            self.desk.pull(Rule.DISAGREEMENT, f"an execution that is none of ours: {execution.kind} {execution.name}")

    # --- looking after things ---

    def _look(self, now_us: int) -> None:
        if self.desk.trips:
            self._trip(self.desk.trips.pop(0))
        wall_us = self.desk.clock_us()
        if wall_us >= self._due_us["look"]:
            self._due_us["look"] = wall_us + _LOOK_US
            self._asks()
            self._check(wall_us)
            self._watch_feeds(wall_us)
        if wall_us >= self._due_us["reconcile"] and not self.ways.is_paced:
            self._due_us["reconcile"] = wall_us + int(self.limits.reconcile_s * SECOND_US)
            self._reconcile(now_us)
        if wall_us >= self._due_us["save"]:
            self._due_us["save"] = wall_us + _SAVE_US
            self.desk.journal.save_state(self.desk.brain.save(), self.desk.brain.now_us)
        if wall_us >= self._due_us["show"]:
            self._due_us["show"] = wall_us + _SHOW_US
            self._show()

    def _asks(self) -> None:
        for what in self.ways.folder.asked():
            self.ways.folder.answered(what)
            self.desk.note(records.Operator(what=what, source="asks"))
            self._ask(what)

    def _ask(self, what: str) -> None:
        match what:
            case "kill":
                trip = self.desk.guard.pull(Rule.MANUAL, "manual: the operator asked for it")
                if trip is not None:
                    self._trip(trip)
            case "flatten":
                if self.desk.guard.tripped is None:
                    self._leave()
            case "stop":
                self.stop("asked to stop")
            case "arm" if self.desk.guard.tripped is not None:
                self._arm()
            case _:
                pass

    def _leave(self) -> None:
        """Close what runs, and go on."""
        if not self.desk.brain.trader.is_flat:
            self.desk.take(self.desk.brain.on_end())

    def _arm(self) -> None:
        self.desk.guard.arm()
        self.desk.note(records.Guard(what="armed", rule="", explanation="armed by the operator", facts={}))
        self._set_mode("trading", "armed by the operator")

    def _check(self, wall_us: int) -> None:
        desk = self.desk
        if self.mode == "warming" and desk.brain.is_ready:
            self._set_mode("trading", "every feature is known")
        trip = desk.guard.check(self.watch.facts(wall_us))
        if trip is not None:
            self._trip(trip)

    def _watch_feeds(self, wall_us: int) -> None:
        """Drop a connection that has been silent for half the time after which the guard trips."""
        for name, limit_s in (("public", self.limits.stale_public_s), ("private", self.limits.stale_private_s)):
            silent_us = wall_us - self.watch.heard_us[name]
            if silent_us > limit_s * SECOND_US / 2 and wall_us >= self._due_us.get(name, 0):
                self._due_us[name] = wall_us + int(limit_s * SECOND_US / 2)
                self.ways.sources[name].restart(f"silent for {silent_us / SECOND_US:.0f} s")

    def _reconcile(self, now_us: int) -> None:
        try:
            if self.desk.guard.tripped is None:
                self._reconciler.reconcile(now_us)
            self.watch.position = self.desk.venue.position()
            account = self.desk.venue.account()
        except ExchangeError as error:
            _LOG.warning("no reconciliation", error=error)
            return
        self.watch.skew_us = account.skew_us
        held = self.watch.position
        self.desk.note(
            records.Position(
                lots=held.lots,
                entry_ticks=held.entry_ticks,
                stop_ticks=held.stop_ticks,
                expected_lots=self.desk.orders.lots,
                wallet_usdt=str(account.wallet_usdt),
            )
        )

    # --- trips and the end ---

    def _trip(self, trip: Trip) -> None:
        """Carry out a trip: nothing enters any more, the account gets flat, and that is told."""
        _LOG.warning("guard", rule=trip.rule, why=trip.explanation)
        self.desk.note(records.Guard(what="trip", rule=trip.rule, explanation=trip.explanation, facts=dict(trip.facts)))
        self._set_mode("tripped", trip.explanation, held=f"guard: {trip.rule}")
        self.ways.alerts.tell(f"psky: {self.desk.rules.symbol} stopped", trip.explanation)
        try:
            self._get_flat(trip.rule)
        except NotFlat as error:
            self.ways.alerts.tell(f"psky: {self.desk.rules.symbol} MAY NOT BE FLAT", str(error))
            _LOG.warning("not flat", why=str(error))
            if trip.rule is Rule.FATAL:
                raise

    def _get_flat(self, rule: str) -> None:
        """Get flat, whatever it takes; the trader then begins anew.

        Raises:
            NotFlat: it did not work.
        """
        get_flat(
            self.desk.venue,
            self._closing_name,
            within_s=self.limits.flat_within_s,
            now_s=lambda: self.desk.clock_us() / 1e6,
            sleep=self._breathe,
            on_step=lambda step: self._note_step(rule, step),
        )
        self.desk.orders.forget()
        self.desk.answers.clear()
        self.desk.brain.forget_trades()

    def _note_step(self, rule: str, step: FlatStep) -> None:
        facts: dict[str, Any] = {"lots": step.lots, "orders": step.orders}
        if step.what == "flat":
            self.watch.forget(self._wallet_usdt())
            facts["wallet_usdt"] = self.watch.base_usdt
        self.desk.note(records.Guard(what=step.what, rule=str(rule), explanation=step.said, facts=facts))
        self.desk.journal.commit()

    def _wallet_usdt(self) -> float:
        try:
            return float(self.desk.venue.account().wallet_usdt)
        except ExchangeError:  # by our books, then
            return self.watch.equity_usdt

    def _breathe(self, seconds: float) -> None:
        """Wait; a paced market goes on meanwhile, for else nothing would ever fill."""
        if not self.ways.is_paced:
            self.ways.sleep(seconds)
            return
        for _ in range(20):
            self.desk.pace.done(self.desk.brain.now_us + SECOND_US, NOTHING_LOUD)
            turn = self.desk.pace.turn()
            trades, _ = self._arrivals(turn)
            if trades:
                self.desk.trades(columns_of(trades))
            self.desk.advance(turn.until_us)

    def _wait_flat(self) -> None:
        end_us = self.desk.clock_us() + int(self.limits.flat_within_s * SECOND_US)
        while not self.desk.brain.trader.is_flat and self.desk.clock_us() < end_us:
            self._done()
            turn = self.desk.pace.turn()
            self._turn(turn)
            if turn.over or self._ended:
                return

    @property
    def _closing_prefix(self) -> str:
        return f"{self.ways.folder.prefix}x"

    def _closing_name(self) -> str:
        self._closings += 1
        return f"{self._closing_prefix}-{self.run_number}-{self._closings}"

    def _finish(self) -> None:
        desk = self.desk
        self._set_mode("stopped", self._ended)
        desk.note(records.Ended(reason=self._ended, lots=desk.orders.lots))
        self._show()
        desk.journal.save_state(desk.brain.save(), desk.brain.now_us)
        desk.journal.commit()

    def _set_mode(self, mode: str, why: str, held: str = "") -> None:
        self.mode = mode
        self.desk.hold(mode, why, held)
        self._show()

    def _show(self) -> None:
        ages = {name: self.desk.clock_us() - at_us for name, at_us in self.watch.heard_us.items()}
        status = status_of(
            self.desk, self.mode, equity_usdt=self.watch.equity_usdt, feeds=ages, skew_us=self.watch.skew_us
        )
        held = None if self.watch.position is None else dataclasses.asdict(self.watch.position)
        self.desk.journal.show(SHOWN, status | {"exchange": held})
        self.desk.journal.commit()
