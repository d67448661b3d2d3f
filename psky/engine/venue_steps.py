"""The simulated venue, step by step: commands in, what happened to orders out (docs/trader.md).

It is the venue of the replay, driven print by print, with the order form of an exchange: limits that may cross,
triggers from either side, holdings that net or hedge. Prices are ticks, sizes lots, times microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from psky import _core
from psky.domain.side import Side
from psky.engine import wire
from psky.engine.messages import BILLION, Message, VenueEvent
from psky.engine.tape import EngineTape
from psky.engine.trader import NEVER_US
from psky.engine.venue import VenueConfig

__all__ = ["NEVER_US", "Holding", "Standing", "Ticket", "Triggered", "VenueSteps"]

_TRIGGERED: Final = 8

Kind: TypeAlias = Literal["limit", "stop", "market"]
Crossing: TypeAlias = Literal["refuse", "rest", "cancel", "all", "ignore"]


class Triggered(Message, frozen=True):
    """A limit that waited for its trigger came to the book."""

    order_id: int


Said: TypeAlias = VenueEvent | Triggered


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An order as an exchange's form has it."""

    order_id: int
    side: Side
    kind: Kind
    """A stop takes once its trigger is reached."""
    price_ticks: int
    """Limit or trigger, 0 at market."""
    lots: int
    holding: int
    """The position that it adds to or reduces."""
    armed: bool = False
    """At the venue ahead of its time, so that no latency delays it."""
    reduce_only: bool = False
    crossing: Crossing = "rest"
    """What becomes of a limit that crosses: it is refused (post-only), takes and rests, takes and is cancelled, takes
    all at once or is cancelled, or rests all the same."""
    rising: bool | None = None
    """Whether the price rises or falls to the trigger; None: as to a stop of its side."""
    waits_for_ticks: int | None = None
    """A limit that comes to the book once this price is printed."""
    whole: bool = False
    """Once triggered it closes its position, however large that is by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An open position."""

    side: Side
    lots: int
    cost: float
    """Ticks x lots, at the mean price of the entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open order as the venue has it."""

    order_id: int
    price_ticks: int
    lots: int
    filled_lots: int
    queue_lots: int
    waits: bool


class VenueSteps:
    """A venue in the midst of a tape, which may still grow.

    What it says does not depend on how much of the tape it has, as long as it has what lies before: the prints that it
    is to match, and before a command all those of the minutes before it is sent (the queue ahead looks at them).
    """

    def __init__(self, tape: EngineTape, config: VenueConfig) -> None:
        self._core = _core.Venue(tape.core, config)

    def extend(self, more: EngineTape) -> None:
        """Go on with these trades after the last.

        Raises:
            ValueError: the first of them is earlier than the last so far.
        """
        self._core.extend(more.core)

    def restore(self, holding: int, side: Side, lots: int, entry_ticks: int) -> None:
        """Begin with a position that was opened elsewhere, for which it pays no fee."""
        self._core.restore(holding, int(side), lots, entry_ticks)

    def seek(self, row: int) -> None:
        """Put the venue before the print of `row`, with the quotes that earlier prints betray."""
        self._core.seek(row)

    @property
    def row(self) -> int:
        """The next print."""
        return self._core.row

    @property
    def next_us(self) -> int:
        """When the next order comes alive, changes or dies; `NEVER_US` for none."""
        return self._core.next_us

    @property
    def quotes(self) -> tuple[int | None, int | None]:
        """The last prices of sellers (bid) and of buyers (ask)."""
        return self._core.quotes

    @property
    def cash(self) -> int:
        """What all fills and funding left, in 1e-9 ticks x lots; it began at 0, and an open position was paid for."""
        return self._core.cash

    def holding(self, name: int) -> Holding | None:
        """Return a position, None where it is flat."""
        found = self._core.position(name)
        if found is None:
            return None
        side, lots, cost = found
        return Holding(side=Side(side), lots=lots, cost=cost)

    def bound_ticks(self, side: Side) -> int | None:
        """Return the price at which the positions of a side are liquidated, None where they are not."""
        return self._core.bound(int(side))

    def orders(self) -> list[Standing]:
        """Return the open orders in the order in which they are matched."""
        return [
            Standing(
                order_id=order_id,
                price_ticks=price,
                lots=lots,
                filled_lots=filled,
                queue_lots=queue,
                waits=waits,
            )
            for order_id, price, lots, filled, queue, waits in self._core.orders()
        ]

    def set_margin(self, leverage: float, maintenance_rate: float) -> None:
        """Liquidate at another leverage from now on; 0 never does."""
        self._core.set_margin(leverage, maintenance_rate)

    def place(self, sent_us: int, ticket: Ticket) -> list[Said]:
        """Take an order sent at `sent_us`; what is said comes at once, the rest in `on_clock` and `run`."""
        rows = self._core.place(
            sent_us,
            ticket.order_id,
            int(ticket.side),
            ticket.kind,
            ticket.price_ticks,
            ticket.lots,
            holding=ticket.holding,
            armed=ticket.armed,
            reduce_only=ticket.reduce_only,
            crossing=ticket.crossing,
            rising=ticket.rising,
            waits_for=ticket.waits_for_ticks,
            whole=ticket.whole,
        )
        return _said(rows)

    def amend(self, sent_us: int, ticket: Ticket, version: int) -> list[Said]:
        """Give an order the price and size of `ticket`; `version` counts its amendments from 1."""
        rows = self._core.amend(
            sent_us, ticket.order_id, ticket.kind, ticket.price_ticks, ticket.lots, version, ticket.armed
        )
        return _said(rows)

    def wait_for(self, order_id: int, trigger_ticks: int) -> None:
        """Have a waiting limit wait for another price."""
        self._core.wait_for(order_id, trigger_ticks)

    def cancel(self, sent_us: int, order_id: int, *, armed: bool) -> list[Said]:
        """Take back what is left of an order."""
        return _said(self._core.cancel(sent_us, order_id, armed))

    def run(self, stop_row: int) -> list[Said]:
        """Match prints before `stop_row` until one brings something about, or time passes `next_us`."""
        return _said(self._core.run(stop_row))

    def on_clock(self, now_us: int) -> list[Said]:
        """Let orders come alive, change or die at `now_us`, which is `next_us`."""
        return _said(self._core.on_clock(now_us))

    def fund(self, ts_us: int, rate: float, mark_ticks: int) -> list[Said]:
        """Settle funding with the net position."""
        return _said(self._core.fund(ts_us, round(rate * BILLION), mark_ticks))

    def end(self) -> list[Said]:
        """End at the last print: market orders fill there, all others are cancelled."""
        return _said(self._core.end())


def _said(rows: list[wire.Row]) -> list[Said]:
    return [Triggered(row[1]) if row[0] == _TRIGGERED else wire.venue_event(row) for row in rows]
