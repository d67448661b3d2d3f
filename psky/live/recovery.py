"""Going on where a process died: its journal is heard again, and what it may have sent is settled with the exchange.

The brain is a function of what it heard. So the state that was saved last, and the inputs noted after it, give the
brain as it was, and with it every command that it had given, sent or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules
from psky.engine.codes import OrderKind, RejectReason
from psky.engine.messages import Command, Filled, Place, Rejected, VenueEvent
from psky.live.brain import Brain, Step
from psky.live.desk import Desk, Heard, columns_of, command_of, verdict_of
from psky.live.exchange.wire import op_of
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.orders import OwnOrder, OwnOrders

_COMMAND: Any = Command  # msgspec takes unions, its types do not
_EVENT: Any = VenueEvent
Key = tuple[str, str, int]
INPUTS = (records.Trades, records.Clock, records.Venue, records.Left, records.Mode, records.Guard)
"""What a brain hears."""


@dataclass(slots=True, kw_only=True)
class Past:
    """What a journal tells of the processes before: up to now, and what is not settled."""

    orders: OwnOrders = field(default_factory=OwnOrders)
    answered: set[Key] = field(default_factory=set)
    noted: set[Key] = field(default_factory=set)
    """All commands of the journal."""
    sent: dict[Key, tuple[Command, int]] = field(default_factory=dict)
    """Those since the account was last made flat, with the time at which they were to leave."""
    executions: set[int] = field(default_factory=set)
    verdicts: set[int] = field(default_factory=set)
    """Intents whose verdict was noted."""
    outcomes: set[int] = field(default_factory=set)
    """Intents of which the trader's last word was noted."""
    run: int = 0
    decide_from_us: int = 0
    """From when on the brain of the last process decided."""
    last_trade: tuple[int, int] | None = None
    """Time and sequence number of the last trade."""
    last_ticks: int = 0
    """The last price; 0 where none is known."""
    mode: records.Mode | None = None
    base_usdt: float | None = None
    """What the wallet held when the trader last held nothing."""

    def unsettled(self) -> list[tuple[Command, int]]:
        """Return the commands that have no answer, in order."""
        return [said for key, said in self.sent.items() if key not in self.answered]


def key_of(command: Command) -> Key:
    """Return what tells a command from all others of its session."""
    return command.name, op_of(command), getattr(command, "version", 0)


def read_past(reader: JournalReader) -> Past:
    """Return what a journal tells.

    Raises:
        JournalError: it cannot be read.
    """
    past = Past()
    for row in reader.rows():
        _note(past, row.record, row.at_us)
    return past


def _note(past: Past, record: records.Record, at_us: int) -> None:
    match record:
        case records.Trades():
            past.last_trade = record.ts_us[-1], record.feed_seq[-1]
            past.last_ticks = record.price_ticks[-1]
        case records.Command():
            command: Command = msgspec.convert(record.command, _COMMAND)
            past.noted.add(key_of(command))
            past.sent[key_of(command)] = command, record.sent_us
            past.orders.sent(command, at_us)
        case records.Answer():
            past.answered.add((record.name, record.op, record.version))
        case records.Venue():
            event = event_of(record)
            past.orders.heard(event)
            if isinstance(event, Filled):
                past.executions.add(event.execution)
                past.last_ticks = event.price_ticks
        case records.Booked():
            past.executions.add(record.execution)
        case records.Guard(what="flat"):
            past.orders.forget()
            past.sent.clear()
            past.base_usdt = float(record.facts["wallet_usdt"])
        case records.Mode():
            past.mode = record
        case _:
            _note_session(past, record)


def _note_session(past: Past, record: records.Record) -> None:
    match record:
        case records.Opened():
            past.base_usdt = float(record.account_usdt)
        case records.Started():
            past.run, past.decide_from_us = record.run, record.decide_from_us
        case records.Verdict():
            past.verdicts.add(record.row)
        case records.Outcome():
            past.outcomes.add(record.record["intent"])
        case _:
            pass


def event_of(record: records.Venue) -> VenueEvent:
    """Return the event of a record."""
    event: VenueEvent = msgspec.convert(record.event, _EVENT)
    return event


def hear_again(brain: Brain, reader: JournalReader, after: int, rules: InstrumentRules) -> list[Step]:
    """Let a brain hear what the journal says it heard after a record; return what it said.

    Raises:
        JournalError: the journal cannot be read.
    """
    said: list[Step] = []
    for row in reader.rows(*INPUTS, after=after):
        said += heard(brain, row.record, row.ts_us, rules)
    return said


def heard(brain: Brain, record: records.Record, ts_us: int, steps: InstrumentRules | Instrument) -> Iterator[Step]:
    """Let a brain hear a record of a journal, if it is one of its inputs; yield what it says."""
    match record:
        case records.Trades():
            columns, at = columns_of(record, steps), 0
            while at < len(columns):
                at, step = brain.on_trades(columns, at)
                if step is not None:
                    yield step
        case records.Clock():
            step = brain.advance(ts_us)
            if step is not None:
                yield step
        case records.Venue():
            yield brain.on(ts_us, event_of(record))
        case records.Left():
            yield brain.on_end()
        case records.Mode():
            brain.held = record.held
        case records.Guard(what="flat"):
            brain.forget_trades()
        case _:
            pass


def settle(desk: Desk, past: Past, again: list[Step]) -> None:
    """Settle what the process before may or may not have sent, and what it never noted.

    Looked up first; what the exchange does not have is sent again under the same name. An entry is not: it would come
    late, so the trader is told that it was refused.

    Raises:
        ExchangeError: the exchange does not answer.
    """
    desk.orders, desk.executions = past.orders, past.executions
    for step in again:
        for decided in step.decided:
            desk.remember(decided)
    _note_unnoted(desk, past, again)
    unnoted = [
        (command, step.sent_us) for step in again for command in step.commands if key_of(command) not in past.noted
    ]
    for command, sent_us in unnoted:
        desk.note(command_of(command, sent_us, "recovery"))
        desk.orders.sent(command, desk.clock_us())
    desk.journal.commit()
    for command, sent_us in [*past.unsettled(), *unnoted]:
        _settle(desk, command, sent_us)


def _note_unnoted(desk: Desk, past: Past, again: list[Step]) -> None:
    for step in again:
        for decided in step.decided:
            if decided.row not in past.verdicts:
                desk.note(verdict_of(decided), step.ts_us)
        for record in step.records:
            if record.intent not in past.outcomes:
                desk.note(records.Outcome(record=msgspec.to_builtins(record)), step.ts_us)


def _settle(desk: Desk, command: Command, sent_us: int) -> None:
    order = desk.orders.find(command.order_id)
    if order is None or order.ended:
        return
    if not isinstance(command, Place):
        desk.send(command, sent_us)  # says what is to be, and does no harm again
        return
    state = desk.venue.look_up(command.name)
    if state is not None:
        order.is_sure = True
        return  # the reconciliation tells what became of it
    if command.kind is OrderKind.ENTRY:
        lost = Rejected(order_id=command.order_id, reason=RejectReason.OTHER)
        desk.answers.append(Heard(event=lost, source="recovery"))
    else:
        _send_again(desk, command, sent_us, order)


def _send_again(desk: Desk, command: Place, sent_us: int, order: OwnOrder) -> None:
    price, lots, version = order.price_ticks, order.lots, order.version
    desk.send(command, sent_us)
    placed = desk.orders.find(command.order_id)
    if placed is not None:  # an amendment that follows is among the unsettled too
        placed.price_ticks, placed.lots, placed.version = price, lots, version
