"""A session in steps: a brain and a venue of its own, and the driver that carries messages between them.

It does in Python what `core_rs/src/replay/session.rs` does, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from psky.domain.trades import TradeColumns
from psky.engine.book import LedgerBook
from psky.engine.codes import OrderKind
from psky.engine.messages import Amend, Command, Filled, OrderType, Place, VenueEvent, Verdict, intent_of
from psky.engine.trader import Trader
from psky.engine.venue_steps import NEVER_US, Kind, Ticket, Triggered, VenueSteps
from psky.live.brain import Step
from psky.live.decisions import Decided, verdict_columns
from psky.replay.ledger import Ledger

KINDS: dict[OrderType, Kind] = {OrderType.LIMIT: "limit", OrderType.STOP: "stop", OrderType.MARKET: "market"}


class Mind(Protocol):
    """A brain, or what stands in for one."""

    @property
    def trader(self) -> Trader: ...
    @property
    def next_us(self) -> int: ...
    def advance(self, now_us: int) -> Step | None: ...
    def on_trades(self, trades: TradeColumns, start: int = 0) -> tuple[int, Step | None]: ...
    def on(self, now_us: int, event: VenueEvent) -> Step: ...
    def on_end(self) -> Step: ...


@dataclass(kw_only=True)
class Stepped:
    """`restart` is asked for the brain to go on with before each chunk of trades; `chunk` draws its greatest length.

    `stamps` are funding: time, rate and mark in ticks. A brain whose limits `follow` the market hears print by print.
    """

    brain: Mind
    venue: VenueSteps
    trades: TradeColumns
    stamps: list[tuple[int, float, int]] = field(default_factory=list)
    follows: bool = False
    first_row: int = 0
    restart: Callable[[Mind], Mind] = lambda brain: brain
    chunk: Callable[[], int] = lambda: 1_000_000
    decided: list[Decided] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.venue.seek(self.first_row)
        self.book, self.placed = LedgerBook(), dict[int, Place]()
        self.lots, self.stamp_us = 0, NEVER_US

    def run(self) -> Ledger:
        times, row = self.trades.ts_us, self.first_row
        while row < len(times):
            self.brain = self.restart(self.brain)
            self.advance(int(times[row]))
            due_us = min(self.venue.next_us, self.stamp_us, self.brain.next_us)
            stop = max(row + 1, min(int(np.searchsorted(times, due_us)), row + self.chunk()))
            # A limit that follows the market can act at any print.
            events = self.venue.run(row + 1 if self.follows and not self.brain.trader.is_flat else stop)
            stop = self.venue.row
            step = self.hear(row, stop)
            self.settle(int(times[stop - 1]), events, step)
            row = stop
        if not self.brain.trader.is_flat:
            step = self.brain.on_end()
            events = self.carry(step)
            self.settle(int(times[-1]), events + self.venue.end(), None)
        return self.ledger()

    def ledger(self) -> Ledger:
        tables = self.book.tables()
        return Ledger(
            verdicts=verdict_columns(self.decided),
            skips=tables.skips,
            orders=tables.orders,
            fills=tables.fills,
            trades=tables.trades,
            equity=tables.equity,
        )

    def hear(self, row: int, stop: int) -> Step | None:
        chunk, at, said = self.trades.take(slice(row, stop)), 0, None
        while at < stop - row:
            assert said is None
            at, said = self.brain.on_trades(chunk, at)
        return said

    def advance(self, ts_us: int) -> None:
        while (due_us := min(self.venue.next_us, self.stamp_us, self.brain.next_us)) <= ts_us:
            if self.venue.next_us == due_us:
                self.settle(due_us, self.venue.on_clock(due_us), None)
            elif self.stamp_us == due_us:
                (stamp,) = (stamp for stamp in self.stamps if stamp[0] == due_us)
                events = self.venue.fund(*stamp)
                self.stamp_us = self.next_stamp_us(due_us)
                self.settle(due_us, events, None)
            else:
                self.settle(due_us, [], self.brain.advance(due_us))

    def settle(self, now_us: int, events: list[VenueEvent | Triggered], step: Step | None) -> None:
        if step is not None:
            self.note_verdicts(step)
            events = events + self.carry(step)
        while events:
            steps = [self.heard(now_us, event) for event in events]
            events = [event for said in steps for event in self.carry(said)]
        if self.lots == 0:
            self.stamp_us = NEVER_US
        elif self.stamp_us == NEVER_US:
            self.stamp_us = self.next_stamp_us(now_us)

    def heard(self, now_us: int, event: VenueEvent | Triggered) -> Step:
        assert not isinstance(event, Triggered)
        self.book.note(now_us, event)
        if isinstance(event, Filled):
            self.lots += event.side * event.lots
        return self.brain.on(now_us, event)

    def note_verdicts(self, step: Step) -> None:
        self.decided += step.decided
        for verdict in step.decided:
            if verdict.enter and not verdict.held:
                self.book.verdict(Verdict(verdict.row, verdict.intent))

    def carry(self, step: Step) -> list[VenueEvent | Triggered]:
        events: list[VenueEvent | Triggered] = []
        for command in step.commands:
            self.commands.append(command)
            self.book.send(step.sent_us, command)
            events += self.execute(step.sent_us, command)
        for record in step.records:
            self.book.record(record)
        return events

    def execute(self, sent_us: int, command: Command) -> list[VenueEvent | Triggered]:
        if isinstance(command, Place):
            self.placed[command.order_id] = command
            return self.venue.place(sent_us, ticket(command))
        if isinstance(command, Amend):
            return self.venue.amend(sent_us, ticket(self.placed[command.order_id], command), command.version)
        return self.venue.cancel(sent_us, command.order_id, armed=command.armed)

    def next_stamp_us(self, now_us: int) -> int:
        return min((ts_us for ts_us, _, _ in self.stamps if ts_us > now_us), default=NEVER_US)


def ticket(order: Place, amended: Amend | None = None) -> Ticket:
    is_entry, terms = order.kind is OrderKind.ENTRY, amended or order
    return Ticket(
        order_id=order.order_id,
        side=order.side,
        kind=KINDS[terms.type],
        price_ticks=terms.price_ticks,
        lots=terms.lots,
        holding=intent_of(order.order_id),
        armed=terms.armed,
        reduce_only=not is_entry,
        crossing="refuse" if is_entry and order.type is OrderType.LIMIT else "ignore",
    )
