"""Our orders as the driver sees them: what was sent, what the exchange said, what is not known yet.

It is made of the journal's commands and events alone, so that a restart knows what the process before it knew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from psky.domain.side import Side
from psky.engine.codes import OrderKind
from psky.engine.messages import (
    Accepted,
    Amend,
    Cancelled,
    Command,
    Filled,
    Funding,
    Place,
    Rejected,
    VenueEvent,
    intent_of,
)


@dataclass(slots=True)
class OwnOrder:
    """An order of ours: as placed, as last amended, and how far it is."""

    place: Place
    sent_at_us: int
    """Wall clock of the last command."""
    price_ticks: int
    lots: int
    version: int = 0
    accepted: bool = False
    """The exchange has the last version."""
    filled_lots: int = 0
    ended: bool = False
    is_sure: bool = False
    """The exchange has answered to it, in whatever way."""
    stretches: set[tuple[int, int]] = field(default_factory=set)

    @property
    def name(self) -> str:
        """What the exchange calls it."""
        return self.place.name

    @property
    def intent(self) -> int:
        """Row of its intent."""
        return intent_of(self.place.order_id)


class OwnOrders:
    """All orders of a session that are not over, and what its fills add up to."""

    def __init__(self) -> None:
        self._by_id: dict[int, OwnOrder] = {}
        self.lots = 0
        """Position by our fills, long positive."""
        self.last_fill_us = 0
        self.last_funding_us = 0

    @property
    def open(self) -> list[OwnOrder]:
        """Orders that may still fill."""
        return [order for order in self._by_id.values() if not order.ended]

    def find(self, order_id: int) -> OwnOrder | None:
        """Return an order, None where it is over for long or never was."""
        return self._by_id.get(order_id)

    def sent(self, command: Command, at_us: int) -> None:
        """Note a command, which is about to be sent."""
        if isinstance(command, Place):
            self._by_id[command.order_id] = OwnOrder(command, at_us, command.price_ticks, command.lots)
            return
        order = self._by_id.get(command.order_id)
        if order is None:
            return
        order.sent_at_us = at_us
        if isinstance(command, Amend):
            order.price_ticks, order.lots = command.price_ticks, command.lots
            order.version, order.accepted = command.version, False

    def heard(self, event: VenueEvent) -> None:
        """Note what the exchange said; what is known already changes nothing."""
        if not self.is_news(event):
            return
        if isinstance(event, Funding):
            self.last_funding_us = event.ts_us
            return
        order = self._by_id[event.order_id]
        order.is_sure = True
        match event:
            case Accepted():
                order.accepted = True
            case Filled():
                self._filled(order, event)
            case Rejected() | Cancelled():
                order.ended = True

    def is_news(self, event: VenueEvent) -> bool:
        """Return whether an event says what is not known yet."""
        order = None if isinstance(event, Funding) else self._by_id.get(event.order_id)
        if isinstance(event, Funding):
            return event.ts_us > self.last_funding_us
        match event:
            case _ if order is None:
                return False
            case Accepted():
                return not order.accepted and event.version == order.version
            case Filled():
                return _stretch(event) not in order.stretches
            case Rejected() | Cancelled():
                return not order.ended

    def forget(self) -> None:
        """Forget everything: the account is flat, and the trader begins anew."""
        self._by_id.clear()
        self.lots = 0

    def tidy(self) -> None:
        """Forget the orders of trades that are over."""
        running = {order.intent for order in self.open}
        self._by_id = {key: order for key, order in self._by_id.items() if self.lots or order.intent in running}

    @property
    def stops(self) -> list[OwnOrder]:
        """Stops that are not over."""
        return [one for one in self.open if one.place.kind is OrderKind.STOP]

    def _filled(self, order: OwnOrder, event: Filled) -> None:
        order.stretches.add(_stretch(event))
        order.filled_lots += event.lots
        order.ended = order.ended or event.left_lots == 0
        self.lots += event.lots * (1 if event.side is Side.LONG else -1)
        self.last_fill_us = max(self.last_fill_us, event.ts_us)


def _stretch(event: Filled) -> tuple[int, int]:
    return event.cumulative_lots - event.lots, event.cumulative_lots
