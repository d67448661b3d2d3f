"""The desk: carries what brain and exchange say to each other, and notes everything before it counts.

Inputs and what the brain answered to them are in the journal before a command leaves. So a process that dies anywhere
leaves a journal from which the next one knows what may have been sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules
from psky.domain.time import steady_us
from psky.domain.trades import TradeColumns
from psky.engine.codes import OrderKind, RejectReason
from psky.engine.messages import Command, Filled, Funding, Place, Rejected, VenueEvent, intent_of
from psky.errors import ExchangeError
from psky.live.brain import Brain, Step
from psky.live.decisions import Decided
from psky.live.exchange.port import Sending, Settled, VenuePort
from psky.live.exchange.wire import op_of
from psky.live.guard import Guard, Rule, Trip
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter
from psky.live.orders import OwnOrders
from psky.live.pace import Pace
from psky.live.translate import event_of_answer

DISASTER: Final = 2
"""The exchange-side stop lies so many stop distances from the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event of the exchange, with how it came and the exchange's own words."""

    event: VenueEvent
    source: str
    raw: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Desk:
    """A brain, an exchange, and the journal between them."""

    journal: JournalWriter
    brain: Brain
    venue: VenuePort
    pace: Pace
    guard: Guard
    rules: InstrumentRules
    clock_us: Callable[[], int] = steady_us
    orders: OwnOrders = field(default_factory=OwnOrders)
    answers: list[Heard] = field(default_factory=list)
    """What answers to commands told; heard when the turn's own events were."""
    trips: list[Trip] = field(default_factory=list)
    """What the guard found while orders were sent; not yet acted on."""
    last_ticks: int = 0
    """The last price; 0 before the session's first trade."""
    executions: set[int] = field(default_factory=set)
    """Numbers of the executions that the journal has."""
    _intents: dict[int, Decided] = field(default_factory=dict)

    def note(self, record: records.Record, ts_us: int | None = None) -> None:
        """Add a record to the journal, about the brain's time where no other is given."""
        self.journal.append(record, self.brain.now_us if ts_us is None else ts_us)

    def hold(self, mode: str, why: str, held: str = "") -> None:
        """Change the session's mode, and what keeps accepted verdicts from the trader."""
        self.brain.held = held
        self.note(records.Mode(mode=mode, why=why, held=held))
        self.journal.commit()

    def trades(self, trades: records.Trades) -> None:
        """Hand trades to the brain, and carry out what it says."""
        self.note(trades, trades.ts_us[-1])
        self.last_ticks = trades.price_ticks[-1]
        columns, at = columns_of(trades, self.rules), 0
        while at < len(columns):
            at, step = self.brain.on_trades(columns, at)
            if step is not None:
                self.take(step)

    def advance(self, until_us: int) -> bool:
        """Let the brain do the first thing that is due by a time; return whether anything was."""
        if self.brain.next_us > until_us:
            return False
        self.note(records.Clock(), until_us)
        step = self.brain.advance(until_us)
        if step is not None:
            self.take(step)
        return step is not None

    def leave(self) -> None:
        """Have the trader leave the market."""
        self.note(records.Left())
        self.take(self.brain.on_end())

    def hear(self, heard: Sequence[Heard], now_us: int) -> None:
        """Tell the brain what the exchange said, all of it, then carry out what the brain says."""
        steps = []
        for one in heard:
            if not self.orders.is_news(one.event):
                continue  # told twice, in one turn or by two ways
            order = None if isinstance(one.event, Funding) else self.orders.find(one.event.order_id)
            name = order.name if order else ""
            self.note(
                records.Venue(name=name, event=msgspec.to_builtins(one.event), source=one.source, raw=one.raw), now_us
            )
            self.orders.heard(one.event)
            if isinstance(one.event, Filled):
                self.last_ticks = one.event.price_ticks
                self.executions.add(one.event.execution)
            steps.append(self.brain.on(now_us, one.event))
        for step in steps:
            self.take(step)
        if self.orders.lots == 0:
            self.orders.tidy()

    def hear_answers(self, now_us: int) -> None:
        """Tell the brain what answers to its commands told, until there is no more."""
        while self.answers:
            heard, self.answers = self.answers, []
            self.hear(heard, now_us)

    def take(self, step: Step) -> None:
        """Note what the brain said; then send its commands."""
        for decided in step.decided:
            self._intents[decided.row] = decided
            self.note(verdict_of(decided), step.ts_us)
        for command in step.commands:
            self.note(command_of(command, step.sent_us, "trader"), step.ts_us)
        for record in step.records:
            self.note(records.Outcome(record=msgspec.to_builtins(record)), step.ts_us)
        self.journal.commit()
        for command in step.commands:
            self.send(command, step.sent_us)

    def send(self, command: Command, sent_us: int) -> None:
        """Send a command that is in the journal, and note what became of it."""
        self.orders.sent(command, self.clock_us())
        if isinstance(command, Place) and command.kind is OrderKind.ENTRY and self._refused_by_guard(command):
            return
        sending = Sending(sent_us=sent_us, disaster_stop_ticks=self._disaster_ticks(command))
        try:
            self.pace.declare(command, sending)
            answer = self.venue.send(command, sending)
        except ExchangeError as error:
            self.pull(Rule.FATAL, str(error))
            return
        self.note(
            records.Answer(
                name=command.name,
                op=op_of(command),
                version=getattr(command, "version", 0),
                outcome=answer.settled.value,
                code=answer.code,
                message=answer.message,
                took_us=answer.took_us,
            )
        )
        self.journal.commit()
        order = self.orders.find(command.order_id)
        if order is None:
            return
        order.is_sure = order.is_sure or answer.settled is not Settled.UNKNOWN
        order.sent_at_us = self.clock_us()  # the last of several tries may still be on its way
        event = event_of_answer(answer, order, placing=isinstance(command, Place))
        if event is not None:
            self.answers.append(Heard(event=event, source="answer"))

    def pull(self, rule: Rule, why: str) -> None:
        """Trip the guard by hand."""
        trip = self.guard.pull(rule, why)
        if trip is not None:
            self.trips.append(trip)

    def remember(self, decided: Decided) -> None:
        """Know an intent of an earlier process."""
        self._intents[decided.row] = decided

    def _refused_by_guard(self, place: Place) -> bool:
        notional = float(self.rules.price_of(self._entry_ticks(place)) * self.rules.qty_of(place.lots))
        trip = self.guard.check_order(self.clock_us(), notional)
        if trip is None and self.guard.tripped is None:
            return False
        if trip is not None:
            self.trips.append(trip)
        self.answers.append(Heard(event=Rejected(order_id=place.order_id, reason=RejectReason.OTHER), source="guard"))
        return True

    def _disaster_ticks(self, command: Command) -> int:
        if not isinstance(command, Place) or command.kind is not OrderKind.ENTRY:
            return 0
        decided = self._intents.get(intent_of(command.order_id))
        if decided is None:
            return 0
        return max(1, self._entry_ticks(command) - command.side * DISASTER * decided.intent.stop_distance_ticks)

    def _entry_ticks(self, place: Place) -> int:
        """Return the limit of an entry, or at market what was expected when it was decided."""
        decided = self._intents.get(intent_of(place.order_id))
        return place.price_ticks or (self.last_ticks if decided is None else round(decided.expected_entry_ticks))


def columns_of(trades: records.Trades, steps: InstrumentRules | Instrument) -> TradeColumns:
    """Return journaled trades as columns of a tape, whose ticks and lots `steps` tell."""
    return TradeColumns(
        ts_us=np.array(trades.ts_us, np.int64),
        price=np.array([float(steps.tick * ticks) for ticks in trades.price_ticks]),
        size=np.array([float(steps.lot * lots) for lots in trades.lots]),
        side=np.array(trades.side, np.int8),
        tick_direction=np.array(trades.tick_direction, np.int8),
        flags=np.array(trades.flags, np.uint8),
    )


def verdict_of(decided: Decided) -> records.Verdict:
    """Return a decision as the journal keeps it."""
    return records.Verdict(
        row=decided.row,
        **decided.intent.terms,
        expected_entry_ticks=decided.expected_entry_ticks,
        features=np.ascontiguousarray(decided.features, "<f8").tobytes(),
        p=decided.p,
        p_lower=decided.p_lower,
        gain_r=decided.gain_r,
        loss_r=decided.loss_r,
        trend_p=decided.trend_p,
        regime_p=decided.regime_p,
        ev_r=decided.ev_r,
        ev_lower_r=decided.ev_lower_r,
        reason=int(decided.reason),
        enter=decided.enter,
        held=decided.held,
    )


def command_of(command: Command, sent_us: int, origin: records.Origin) -> records.Command:
    """Return a command as the journal keeps it."""
    return records.Command(
        name=command.name,
        op=op_of(command),
        version=getattr(command, "version", 0),
        sent_us=sent_us,
        armed=command.armed,
        command=msgspec.to_builtins(command),
        origin=origin,
    )
