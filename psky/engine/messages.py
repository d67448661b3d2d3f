"""What trader and venue say to each other, as values: events, commands and records (docs/trader.md).

Prices are ticks, sizes lots, times microseconds UTC. Money is an integer of 1e-9 ticks x lots and a rate one of 1e-9,
as the core keeps them, so that books balance to the last unit. JSON has a value as an object whose `message` names it.

An order is known by one number, its intent's row and its number among that intent's orders, and to an exchange by a
name, see `psky.engine.trader`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, TypeAlias

import msgspec

from psky.domain.side import Side
from psky.engine.codes import ExitReason, OrderKind, RejectReason, SkipReason

BILLION: Final = 1_000_000_000
"""Units of money in a tick x lot, and of a rate in 1."""
_NUMBER_BITS: Final = 16


class OrderType(IntEnum):
    """How an order is carried out."""

    LIMIT = 0
    """Rests at a price; an entry's is post-only."""
    STOP = 1
    """Takes once a trade reaches the trigger."""
    MARKET = 2
    """Takes the next trades; its price is 0."""


def order_id(intent: int, number: int) -> int:
    """Return the id of an order: its intent's row and its number among that intent's orders, 0 for the entry."""
    return intent << _NUMBER_BITS | number


def intent_of(order: int) -> int:
    """Return the row of an order's intent."""
    return order >> _NUMBER_BITS


def number_of(order: int) -> int:
    """Return an order's number among its intent's orders."""
    return order & ((1 << _NUMBER_BITS) - 1)


class Message(msgspec.Struct, frozen=True, tag=True, tag_field="message", forbid_unknown_fields=True):
    """The base of all messages."""


class Terms(msgspec.Struct, frozen=True):
    """What a trade is proposed on, whenever that is; the fields as columns of `psky.engine.intents.Intents`."""

    side: Side
    limit_ticks: int
    """0 enters at market."""
    stop_distance_ticks: int
    target_distance_ticks: int
    qty_lots: int
    entry_ttl_us: int
    hold_us: int
    repeg_ticks: int

    @property
    def terms(self) -> dict[str, Any]:
        """The terms alone, by name, of whatever has them."""
        return {name: getattr(self, name) for name in Terms.__struct_fields__}


class Intent(Terms, frozen=True, kw_only=True):
    """One proposed trade."""

    ts_us: int


# --- events: what the trader hears ---


class Verdict(Message, frozen=True):
    """An intent was accepted. Rows increase; one that does not is a repetition."""

    row: int
    intent: Intent


class Print(Message, frozen=True):
    """A trade on the book; `side` is the taker's."""

    price_ticks: int
    side: Side


class Accepted(Message, frozen=True):
    """An order rests, or an amendment holds: `version` is 0 for the order as sent, else the amendment's."""

    order_id: int
    version: int


class Filled(Message, frozen=True, kw_only=True):
    """One execution. What repeats an execution, or comes out of order, changes nothing."""

    order_id: int
    execution: int
    """The venue's number of it."""
    ts_us: int
    row: int
    """Row of the print on the tape, 0 where there is none."""
    side: Side
    """LONG bought, SHORT sold."""
    price_ticks: int
    lots: int
    cumulative_lots: int
    """Lots of the order that were filled up to and by this execution."""
    left_lots: int
    """Lots of the order that are still open."""
    maker: bool
    fee: int
    """In 1e-9 ticks x lots; negative is a rebate."""
    queue_lots: int
    """Lots that are still ahead of what is open, as far as the venue knows."""


class Rejected(Message, frozen=True):
    """An order was refused."""

    order_id: int
    reason: RejectReason


class Cancelled(Message, frozen=True):
    """An order is gone; `filled_lots` of it were filled, in executions that may still be on their way."""

    order_id: int
    filled_lots: int


class Funding(Message, frozen=True):
    """Funding fell due at `ts_us`: an open position pays side x rate x mark x lots; `rate` in 1e-9."""

    ts_us: int
    rate: int
    mark_ticks: int


class Clock(Message, frozen=True):
    """Time has passed: what the trader asked for by `next_us`."""


VenueEvent: TypeAlias = Accepted | Filled | Rejected | Cancelled | Funding
"""What a venue says."""
Event: TypeAlias = Verdict | Print | VenueEvent | Clock
"""What the trader hears."""


# --- commands: what the trader wants of the venue ---


class Place(Message, frozen=True, kw_only=True):
    """Send an order. Every order but an entry is reduce-only.

    An `armed` one is at the venue ahead of its time, so that no latency delays it: the bracket, which is attached to
    the entry and follows its fills, and the exit at the time limit.
    """

    order_id: int
    name: str
    """What the exchange calls the order: Bybit's `orderLinkId`."""
    kind: OrderKind
    side: Side
    """LONG buys, SHORT sells."""
    type: OrderType
    price_ticks: int
    """Limit or trigger, 0 at market."""
    lots: int
    armed: bool


class Amend(Message, frozen=True, kw_only=True):
    """Change price and size of an order."""

    order_id: int
    name: str
    type: OrderType
    price_ticks: int
    lots: int
    """Its size from now on, filled lots included."""
    version: int
    """Which amendment of the order this is, from 1."""
    armed: bool


class Cancel(Message, frozen=True):
    """Take back what is left of an order."""

    order_id: int
    name: str
    armed: bool


Command: TypeAlias = Place | Amend | Cancel
"""What the trader wants of the venue."""


# --- records: what the trader leaves for the ledger ---


class Trade(Message, frozen=True, kw_only=True):
    """A trade that is over: a row of the ledger's `trades`. Mean prices in ticks, results in R."""

    intent: int
    side: Side
    entry_ts_us: int
    exit_ts_us: int
    entry_row: int
    exit_row: int
    entry_ticks: float
    exit_ticks: float
    lots: int
    exit_reason: ExitReason
    gross_r: float
    fee_r: float
    funding_r: float
    net_r: float
    mae_r: float
    """Worst print while open, in stop distances; not positive."""
    mfe_r: float
    """Best print while open, likewise; not negative."""


class NoTrade(Message, frozen=True):
    """An entry ended without a fill: refused by the venue, or else expired or withdrawn."""

    intent: int
    rejected: bool


class Skip(Message, frozen=True):
    """A verdict that led to no order."""

    intent: int
    reason: SkipReason


Record: TypeAlias = Trade | NoTrade | Skip
"""What the trader leaves for the ledger."""
