"""Wallet and positions, kept from the executions and the funding that the venue reports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from psky.domain.side import Side
from psky.engine.messages import Filled
from psky.simulator.config import SimConfig
from psky.simulator.orders import Bracket, Order
from psky.simulator.tape import Numbers

ONE_WAY: Final = 0
HEDGE: Final = 3
INDICES: Final = {ONE_WAY: (0,), HEDGE: (1, 2)}


@dataclass(slots=True, kw_only=True)
class Position:
    """A position by its index; cost in ticks x lots at the mean entry, money in the settlement coin."""

    index: int
    side: Side | None = None
    lots: int = 0
    cost: Decimal = Decimal(0)
    realised: Decimal = Decimal(0)
    """Of this position since it opened: profits less fees and funding."""
    cumulative: Decimal = Decimal(0)
    """Of all positions of this index."""
    entry_fees: Decimal = Decimal(0)
    """Of the lots that are open."""
    created_us: int = 0
    updated_us: int = 0
    seq: int = 0

    @property
    def sign(self) -> int:
        """+1 long, -1 short, 0 flat."""
        return int(self.side) if self.side is not None else 0

    @property
    def mean_ticks(self) -> Decimal:
        """The mean entry price in ticks, 0 where it is flat."""
        return self.cost / self.lots if self.lots else Decimal(0)


@dataclass(slots=True, kw_only=True)
class ClosedPnl:
    """What an order took out of a position; money in the settlement coin, values in ticks x lots."""

    order: Order
    lots: int
    entry_value: Decimal
    exit_value: int
    open_fee: Decimal
    close_fee: Decimal
    pnl: Decimal
    fills: int
    updated_us: int
    leverage: Decimal
    exec_type: str


@dataclass(slots=True, kw_only=True)
class Leaving:
    """What one execution took out of a position."""

    lots: int
    entry_value: Decimal
    open_fee: Decimal
    pnl: Decimal


class Account:
    """The unified account of one coin and one symbol."""

    def __init__(self, config: SimConfig, numbers: Numbers) -> None:
        self.config = config
        self.numbers = numbers
        self.mode = ONE_WAY
        self.leverage = config.leverage
        self.wallet = config.balance
        self.deposited = config.balance
        self.positions = {index: Position(index=index) for index in (0, 1, 2)}
        self.closed: list[ClosedPnl] = []

    @property
    def shown(self) -> list[Position]:
        """The positions of the present mode, flat ones too."""
        return [self.positions[index] for index in INDICES[self.mode]]

    def net_lots(self) -> int:
        """Return the net position, long positive."""
        return sum(position.sign * position.lots for position in self.positions.values())

    def fill(self, order: Order, fill: Filled, exec_type: str) -> int:
        """Book an execution; return how many lots it closed."""
        position = self.positions[order.holding]
        fee = self.numbers.money(fill.fee)
        position.updated_us, position.seq = fill.ts_us, fill.execution
        against = position.side is not None and position.side is not fill.side
        closing = min(position.lots, fill.lots) if against else 0
        if closing:
            self._leave(position, order, fill, fee * closing / fill.lots, exec_type)
        if fill.lots > closing:
            self._enter(position, fill, fill.lots - closing, fee * (fill.lots - closing) / fill.lots)
        return closing

    def _enter(self, position: Position, fill: Filled, lots: int, fee: Decimal) -> None:
        if position.side is None:
            position.side, position.created_us, position.realised = fill.side, fill.ts_us, Decimal(0)
        position.lots += lots
        position.cost += fill.price_ticks * lots
        position.entry_fees += fee
        self._book(position, -fee)

    def _leave(self, position: Position, order: Order, fill: Filled, fee: Decimal, exec_type: str) -> None:
        lots = min(position.lots, fill.lots)
        cost = position.cost * lots / position.lots
        open_fee = position.entry_fees * lots / position.lots
        gross = self.numbers.value(position.sign * (fill.price_ticks * lots - cost))
        position.lots -= lots
        position.cost -= cost
        position.entry_fees -= open_fee
        self._book(position, gross - fee)
        left = Leaving(lots=lots, entry_value=cost, open_fee=open_fee, pnl=gross - fee - open_fee)
        self._note(order, fill, left, fee, exec_type)
        if position.lots == 0:
            position.side, position.cost, position.entry_fees = None, Decimal(0), Decimal(0)

    def _note(self, order: Order, fill: Filled, left: Leaving, fee: Decimal, exec_type: str) -> None:
        last = self.closed[-1] if self.closed else None
        if last is None or last.order is not order:
            last = ClosedPnl(
                order=order,
                lots=0,
                entry_value=Decimal(0),
                exit_value=0,
                open_fee=Decimal(0),
                close_fee=Decimal(0),
                pnl=Decimal(0),
                fills=0,
                updated_us=fill.ts_us,
                leverage=self.leverage,
                exec_type=exec_type,
            )
            self.closed.append(last)
        last.lots += left.lots
        last.entry_value += left.entry_value
        last.exit_value += fill.price_ticks * left.lots
        last.open_fee += left.open_fee
        last.close_fee += fee
        last.pnl += left.pnl
        last.fills += 1
        last.updated_us = fill.ts_us

    def fund(self, position: Position, rate: Decimal, mark_ticks: int, ts_us: int) -> Decimal:
        """Book funding of a position; return what it pays, negative where it receives."""
        paid = self.numbers.value(position.sign * position.lots * mark_ticks) * rate
        position.updated_us = ts_us
        self._book(position, -paid)
        return paid

    def deposit(self, amount: Decimal) -> None:
        """Add money to the wallet, or take it out."""
        self.wallet += amount
        self.deposited += amount

    def _book(self, position: Position, amount: Decimal) -> None:
        self.wallet += amount
        position.realised += amount
        position.cumulative += amount

    def unrealised(self, position: Position, mark_ticks: int) -> Decimal:
        """Return the profit of an open position at a price."""
        return self.numbers.value(position.sign * (mark_ticks * position.lots - position.cost))

    def unrealised_all(self, mark_ticks: int) -> Decimal:
        """Return that of all positions."""
        return sum((self.unrealised(one, mark_ticks) for one in self.positions.values()), Decimal(0))

    def margin(self, position: Position, mark_ticks: int) -> Decimal:
        """Return the initial margin of a position."""
        return self.numbers.value(mark_ticks * position.lots) / self.leverage

    def margin_of(self, lots: int, price_ticks: int) -> Decimal:
        """Return the initial margin of an order, with the fee of taking."""
        value = self.numbers.value(lots * price_ticks)
        return value / self.leverage + value * self.config.taker_fee_rate

    def margin_used(self, mark_ticks: int) -> Decimal:
        """Return the initial margin of all positions."""
        return sum((self.margin(one, mark_ticks) for one in self.positions.values()), Decimal(0))


def bracket_of(legs: list[Order]) -> Bracket:
    """Return the take-profit and stop-loss that a position's legs of mode Full stand for."""
    found = Bracket()
    for leg in legs:
        if leg.whole and leg.stop_order_type == "TakeProfit":
            found.take_profit, found.tp_by = leg.trigger, leg.trigger_by
        elif leg.whole and leg.stop_order_type == "StopLoss":
            found.stop_loss, found.sl_by = leg.trigger, leg.trigger_by
    return found
