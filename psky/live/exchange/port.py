"""The port through which the driver reaches an exchange, and the values that pass through it.

Bybit stands behind it (`bybit`), real or simulated on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from psky.domain.rules import InstrumentRules
from psky.engine.messages import Command, Filled
from psky.live.exchange.clock import ClockReading


class Stage(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class Settled(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"
    FOUND = "found"
    """No answer, or that it had been sent before; a look-up found it."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer, and no look-up told either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """An order as the exchange knows it; `name` is empty where it was not given one (`exchange_id` always is)."""

    name: str
    exchange_id: str
    stage: Stage
    side: int
    price_ticks: int
    """Limit or trigger; 0 at market."""
    lots: int
    filled_lots: int
    reduce_only: bool
    reason: str
    """Why it was rejected or cancelled, in the exchange's words."""
    version: int = -1
    """Of its amendment, where the exchange counts them; -1 where it does not, as Bybit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionState:
    """What the exchange holds for us: lots (long positive), mean entry and disaster stop in ticks (0 without)."""

    lots: int
    entry_ticks: float
    stop_ticks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """An execution with the order's name; `kind` is the exchange's `execType`, and only a `Trade` is a fill of ours."""

    name: str
    kind: str
    fill: Filled
    """Its `order_id` is 0 for an order that is none of ours."""
    amount_usdt: Decimal
    """What fee or funding did to the wallet; negative was paid."""
    rate_billionths: int
    """Of fee or funding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command, and how it was told."""

    settled: Settled
    code: int = 0
    message: str = ""
    took_us: int = 0
    state: OrderState | None = None
    """Where a look-up told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What goes with a command: when it leaves in market time, and of an entry the price of its disaster stop."""

    sent_us: int
    disaster_stop_ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the exchange says of key and account."""

    may_trade: bool
    may_withdraw: bool
    one_way: bool
    """Position mode of the symbol."""
    wallet_usdt: Decimal
    clock: ClockReading


class ClosingPort(Protocol):
    """What getting flat asks of an exchange.

    Every method raises ExchangeError where the exchange does not answer or refuses.
    """

    def open_orders(self) -> Sequence[OrderState]:
        """Return all open orders of the symbol, conditional ones too, ours or not."""

    def position(self) -> PositionState:
        """Return the position."""

    def cancel_all(self) -> None:
        """Ask for the end of all orders of the symbol, conditional ones too."""

    def close(self, name: str, lots: int) -> Answer:
        """Send a reduce-only market order against a position of `lots` (long positive)."""


class VenuePort(ClosingPort, Protocol):
    """An exchange with one account and one symbol.

    Every method but `send` raises ExchangeError where the exchange does not answer or refuses.
    """

    @property
    def rules(self) -> InstrumentRules:
        """What the exchange accepts of the symbol."""

    def account(self) -> Account:
        """Return what key and account may do, and how they stand."""

    def send(self, command: Command, sending: Sending) -> Answer:
        """Carry a command out, once: what it may have done already is looked up before it is sent again.

        Raises:
            ExchangeError: nothing will work any more, such as a key that expired.
        """

    def look_up(self, name: str) -> OrderState | None:
        """Return the order of this name, open or ended; None where the exchange knows none."""

    def executions(self, since_us: int, now_us: int) -> Sequence[Execution]:
        """Return what was executed since a time, oldest first; `now_us` is the market's time."""

    @property
    def error_count(self) -> int:
        """Requests that went wrong so far, refusals aside."""
