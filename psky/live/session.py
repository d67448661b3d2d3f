"""A live session: turn after turn, what came is heard, what is due is done, and the guard looks on.

Made by `psky.live.start`, which has recovered what there was. One thread does all this; sockets have threads of their
own, which only put what comes into a queue.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from psky.domain.time import SECOND_US
from psky.engine.trader import NEVER_US
from psky.errors import ExchangeError, NotFlat
from psky.live.alerts import Alerts
from psky.live.desk import Desk
from psky.live.ears import Ears, Source
from psky.live.exchange.states import Reading, Words
from psky.live.feed.ear import TradeEar
from psky.live.feed.trades import TradeFeed, columns_of
from psky.live.folder import FAMILY, SessionFolder
from psky.live.guard import Rule, Trip
from psky.live.journal import records
from psky.live.leaving import Leaving
from psky.live.limits import LiveLimits
from psky.live.pace import Turn
from psky.live.reconcile import Reconciler
from psky.live.status import COUNTED, SHOWN, status_of
from psky.live.watch import Watch
from psky.log import logger

_LOG = logger(__name__)
_LOOK_US: Final = SECOND_US // 4
"""How often limits and asks are looked at, wall time."""
_SHOW_US: Final = SECOND_US
_SAVE_US: Final = 30 * SECOND_US
_AGAIN_US: Final = 5 * SECOND_US
NOTHING_LOUD: Final = (-NEVER_US, NEVER_US)
ALL_LOUD: Final = (0, 0)


@dataclass(slots=True, kw_only=True)
class Ways:
    """How a session reaches what is outside, besides its desk."""

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
    since_us: int
    """Market time from which on something may have been executed that this process did not hear of."""
    mode: str = "warming"
    ears: Ears = field(init=False)
    leaving: Leaving = field(init=False)
    _reconciler: Reconciler = field(init=False)
    _due_us: dict[str, int] = field(default_factory=dict)
    _ended: str = ""

    def __post_init__(self) -> None:
        desk, ways = self.desk, self.ways
        now_us = desk.clock_us()
        self._reconciler = Reconciler(desk, self.since_us)
        self.leaving = Leaving(
            desk=desk,
            watch=self.watch,
            folder=ways.folder,
            limits=self.limits,
            run_number=self.run_number,
            breathe=self._breathe,
            since_us=self.since_us,
        )
        self.ears = Ears(
            desk=desk,
            watch=self.watch,
            leaving=self.leaving,
            reading=ways.reading,
            sources=ways.sources,
            public=TradeEar(feed=TradeFeed(desk.rules), recent_trades=None if ways.is_paced else ways.recent_trades),
        )
        self.watch.heard_us = {"public": now_us, "private": now_us}
        self._due_us = {"reconcile": now_us, "save": now_us + _SAVE_US, "look": now_us, "show": now_us}

    def run(self, stopped: Callable[[], bool]) -> str:
        """Trade until the end; return why it came.

        Raises:
            NotFlat: it ended with orders or a position that nobody could close.
        """
        with ExitStack() as unless_ended:
            unless_ended.push(self._tell_failure)
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
            unless_ended.pop_all()
        return self._ended

    def _tell_failure(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        orders = self.desk.orders
        text = f"{error!r}; by our books {orders.lots} lots and {len(orders.open)} orders are left at the exchange"
        _LOG.error("ended by a failure", error=repr(error), lots=orders.lots, orders=len(orders.open))
        self.ways.alerts.tell(f"psky: {self.desk.rules.symbol} ENDED BY A FAILURE", text)

    def stop(self, why: str) -> None:
        """Leave the market in good order, then end."""
        self._set_mode("stopping", why, held="stopping")
        if not self.desk.brain.trader.is_flat:
            self.desk.leave()
            self._wait_flat()
        self.leaving.get_flat(why)
        self._ended = why

    def agree(self, now_us: int) -> None:
        """Agree with the exchange before anything is traded.

        Raises:
            ExchangeError: it does not answer, or holds what nobody knows of and nobody may close.
        """
        held, known = self._compared(now_us)
        if held != known:  # what the reconciliation had to send may have filled meanwhile
            held, known = self._compared(now_us)
        foreign = [one for one in self.desk.venue.open_orders() if not one.name.startswith(FAMILY)]
        if held == known and not foreign:
            return
        found = f"a position of {held} lots where the journal knows of {known}, and {len(foreign)} orders of others"
        # Where the exchange closed it for us (the disaster stop, a liquidation), there is nothing left to refuse.
        if self.limits.on_unknown == "refuse" and (held or foreign):
            raise ExchangeError(
                f"{self.desk.rules.symbol}: expected to know what the account holds, found {found}; close it, or set "
                '[live] on_unknown = "flatten"'
            )
        self.desk.note(records.Guard(what="trip", rule=Rule.DISAGREEMENT, explanation=found, facts={}))
        self.leaving.get_flat(Rule.DISAGREEMENT)
        self._go_on("flat again, as on_unknown asks for")  # nobody armed it: losses are counted on

    def _compared(self, now_us: int) -> tuple[int, int]:
        """Return the lots that the exchange holds for us, and those that our books have, after a reconciliation."""
        self._reconciler.reconcile(now_us, grace_us=0)
        return self.desk.venue.position().lots, self.desk.orders.lots

    # --- a turn ---

    def _done(self) -> None:
        brain = self.desk.brain
        # Before its first trade it does not know when a bar ends: it must see that one alone.
        quiet = brain.trader.quiet_band if brain.now_us >= 0 else ALL_LOUD
        self.desk.pace.done(brain.next_us, quiet)

    def _turn(self, turn: Turn) -> None:
        trades, heard = self.ears.hear(turn)
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
        if (wall_us >= self._due_us["reconcile"] or self.ears.wants_reconciliation) and not self.ways.is_paced:
            self.ears.wants_reconciliation = False
            self._due_us["reconcile"] = wall_us + int(self.limits.reconcile_s * SECOND_US)
            self._reconcile(now_us)
        if self.desk.guard.tripped is not None and wall_us >= self._due_us.get("flat", NEVER_US):
            self._get_flat(self.desk.guard.tripped.rule)
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
            self.desk.leave()

    def _arm(self) -> None:
        self.desk.guard.arm()
        self._go_on("armed by the operator")

    def _go_on(self, why: str) -> None:
        self.desk.note(records.Guard(what="armed", rule="", explanation=why, facts={}))
        self._set_mode("trading" if self.desk.brain.is_ready else "warming", why)

    def _check(self, wall_us: int) -> None:
        desk = self.desk
        if self.mode == "warming" and desk.brain.is_ready:
            self._set_mode("trading", "every feature is known")
        trip = desk.guard.check(self.watch.facts(wall_us))
        self.ears.wants_reconciliation |= self.watch.is_in_doubt(wall_us, self.limits)
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
        self.watch.skew_us = account.clock.skew_us
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
        self._get_flat(trip.rule)

    def _get_flat(self, rule: Rule) -> None:
        """Get flat after a trip; where that fails it is told loudly, and tried again before long."""
        self._due_us.pop("flat", None)
        try:
            self.leaving.get_flat(rule)
        except NotFlat as error:
            self.ways.alerts.tell(f"psky: {self.desk.rules.symbol} MAY NOT BE FLAT", str(error))
            _LOG.warning("not flat", why=str(error))
            if rule is Rule.FATAL:
                raise
            self._due_us["flat"] = self.desk.clock_us() + _AGAIN_US

    def _breathe(self, seconds: float) -> None:
        """Wait; a paced market goes on meanwhile, for else nothing would ever fill."""
        if not self.ways.is_paced:
            self.ways.sleep(seconds)
            return
        now_us = self.desk.brain.now_us
        for _ in range(20):
            self.desk.pace.done(now_us + SECOND_US, NOTHING_LOUD)
            turn = self.desk.pace.turn()
            now_us = turn.now_us  # the brain's time stands while it hears nothing
            trades, _ = self.ears.hear(turn)
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
        self.desk.journal.show(COUNTED, self.desk.guard.memory())
        self.desk.journal.commit()
