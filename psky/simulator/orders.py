"""Orders as the exchange keeps them: the words of the form, and what became of them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from psky.domain.side import Side
from psky.engine.messages import order_id as venue_order_id
from psky.engine.venue_steps import Crossing, Ticket

OrderType = Literal["Limit", "Market"]
OPEN: Final = frozenset({"New", "PartiallyFilled", "Untriggered", "Triggered", "Created"})
_FIRST_ID: Final = 1000
"""Lower rows stand for positions, of which the venue names its own liquidations."""
CROSSING: Final[dict[str, Crossing]] = {"PostOnly": "refuse", "GTC": "rest", "IOC": "cancel", "FOK": "all"}


@dataclass(slots=True, kw_only=True)
class Bracket:
    """Take-profit and stop-loss of an order or of a position, prices in ticks."""

    mode: Literal["Full", "Partial"] = "Full"
    take_profit: int | None = None
    stop_loss: int | None = None
    tp_limit: int | None = None
    sl_limit: int | None = None
    tp_by: str = "LastPrice"
    sl_by: str = "LastPrice"

    def __bool__(self) -> bool:
        return self.take_profit is not None or self.stop_loss is not None


@dataclass(slots=True, kw_only=True)
class Order:
    """One order. Prices in ticks, sizes in lots, times in microseconds of the tape."""

    venue_id: int
    order_id: str
    link_id: str
    side: Side
    type: OrderType
    lots: int
    price: int | None
    time_in_force: str
    holding: int
    created_us: int
    reduce_only: bool = False
    close_on_trigger: bool = False
    whole: bool = False
    """Closes its position, however large."""
    trigger: int | None = None
    rising: bool | None = None
    trigger_by: str = ""
    stop_order_type: str = ""
    create_type: str = "CreateByUser"
    bracket: Bracket = field(default_factory=Bracket)
    last_price: int | None = None
    armed: bool = False
    smp_type: str = "None"

    status: str = "Created"
    cancel_type: str = "UNKNOWN"
    reject_reason: str = "EC_NoError"
    filled: int = 0
    value: int = 0
    """Ticks x lots of what was filled."""
    fee: int = 0
    """In 1e-9 ticks x lots."""
    version: int = 0
    """Of its last amendment."""
    held_version: int = 0
    """Of the amendment that holds at the venue."""
    updated_us: int = 0
    is_cancelling: bool = False
    pair: str = ""
    """The other leg of a bracket of mode Partial."""

    @property
    def is_open(self) -> bool:
        """Whether something can still become of it."""
        return self.status in OPEN

    @property
    def shown_status(self) -> str:
        """Its status as others see it: one on its way to the book counts as there."""
        if self.status != "Created":
            return self.status
        return "Untriggered" if self.is_conditional else "New"

    @property
    def left(self) -> int:
        """Lots not filled."""
        return self.lots - self.filled if self.is_open else 0

    @property
    def is_conditional(self) -> bool:
        """Whether it waits, or waited, for a trigger."""
        return self.trigger is not None

    def ticket(self) -> Ticket:
        """Return it as the venue takes it."""
        is_limit = self.type == "Limit"
        price = self.price if is_limit else self.trigger
        return Ticket(
            order_id=self.venue_id,
            side=self.side,
            kind="limit" if is_limit else "stop" if self.is_conditional else "market",
            price_ticks=price or 0,
            lots=self.lots,
            holding=self.holding,
            armed=self.armed,
            reduce_only=self.reduce_only,
            crossing="ignore" if is_limit and self.armed and self.reduce_only else CROSSING[self.time_in_force],
            rising=self.rising,
            waits_for_ticks=self.trigger if is_limit else None,
            whole=self.whole,
        )


class OrderBook:
    """All orders of the account, open and over, findable by each of their names."""

    def __init__(self, instance: str = "") -> None:
        self._instance = instance
        self._by_id: dict[str, Order] = {}
        self._by_venue_id: dict[int, Order] = {}
        self._by_link: dict[str, Order] = {}
        self._numbers = itertools.count(_FIRST_ID)
        self._open: dict[str, Order] = {}

    def __iter__(self) -> Iterator[Order]:
        return iter(self._by_id.values())

    def next_venue_id(self) -> int:
        """Return an id that no order of the venue has."""
        return venue_order_id(next(self._numbers), 0)

    def next_order_id(self) -> str:
        """Return an id of the exchange: a UUID, the same in every run of an instance."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"psky-sim{self._instance}-{len(self._by_id)}"))

    def add(self, order: Order) -> None:
        """Keep an order."""
        self._by_id[order.order_id] = order
        self._by_venue_id[order.venue_id] = order
        self._open[order.order_id] = order
        if order.link_id:
            self._by_link[order.link_id] = order

    def of_venue(self, venue_id: int) -> Order | None:
        """Return the order that the venue means."""
        return self._by_venue_id.get(venue_id)

    def has_link(self, link_id: str) -> bool:
        """Whether a name was ever used."""
        return link_id in self._by_link

    def find(self, order_id: str, link_id: str) -> Order | None:
        """Return an order by its id, or else by its own name."""
        return self._by_id.get(order_id) if order_id else self._by_link.get(link_id)

    def open(self) -> list[Order]:
        """Return the open orders, the oldest first."""
        over = [name for name, order in self._open.items() if not order.is_open]
        for name in over:
            del self._open[name]
        return list(self._open.values())

    def over(self) -> Iterable[Order]:
        """Return the orders that ended, the latest created first."""
        return [order for order in reversed(self._by_id.values()) if not order.is_open]
