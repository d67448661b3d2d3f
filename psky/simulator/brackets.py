"""Take-profits and stop-losses: attached to orders, set on positions, and what fills do to them."""

from __future__ import annotations

from typing import Literal, Protocol

from psky.domain.side import Side
from psky.engine.messages import Filled
from psky.simulator.account import Account, Position
from psky.simulator.errors import refusal
from psky.simulator.orders import Bracket, Order, OrderBook, OrderType
from psky.simulator.shapes import SIDES

Part = Literal["TakeProfit", "StopLoss"]
_LEGS = frozenset({"TakeProfit", "StopLoss", "PartialTakeProfit", "PartialStopLoss"})


class Floor(Protocol):
    """What legs ask of an exchange: its books, its time, and to take and to drop them."""

    book: OrderBook
    account: Account

    @property
    def mark_ticks(self) -> int:
        """The last price."""

    def now_us(self) -> int:
        """Return the time."""

    def attach(self, order: Order) -> None:
        """Keep an order that is at the venue at once."""

    def drop(self, order: Order) -> None:
        """Let go of an order at once."""


class Brackets:
    """The legs of the account's positions: conditional orders that only close."""

    def __init__(self, exchange: Floor) -> None:
        self._exchange = exchange

    def legs(self, index: int) -> list[Order]:
        """Return the open legs of a position."""
        orders = self._exchange.book.open()
        return [order for order in orders if order.holding == index and order.stop_order_type in _LEGS]

    def check(self, bracket: Bracket, side: Side, base_ticks: int) -> None:
        """Refuse a bracket that a position of `side` at `base_ticks` would already have left.

        Raises:
            Refusal: 10001.
        """
        for name, level, wanted in (
            ("TakeProfit", bracket.take_profit, int(side)),
            ("StopLoss", bracket.stop_loss, -int(side)),
        ):
            if level is not None and (level - base_ticks) * wanted <= 0:
                above = "higher" if wanted > 0 else "lower"
                detail = f"{name}:{level} set for {SIDES[side]} position should be {above} than base_price:{base_ticks}"
                raise refusal("bad_params", detail)

    def set(self, position: Position, bracket: Bracket, lots: int) -> bool:
        """Give a position the levels that `bracket` names, 0 taking one away; return whether anything changed."""
        changes = [
            self._set_part(position, bracket, "TakeProfit", bracket.take_profit, lots),
            self._set_part(position, bracket, "StopLoss", bracket.stop_loss, lots),
        ]
        return any(changes)

    def _set_part(self, position: Position, bracket: Bracket, part: Part, level: int | None, lots: int) -> bool:
        if level is None or position.side is None:
            return False
        if bracket.mode == "Partial":
            if level == 0:
                return False
            self._place(position.index, position.side, bracket, part, level, lots)
            return True
        old = next((leg for leg in self.legs(position.index) if leg.whole and leg.stop_order_type == part), None)
        if level == (old.trigger if old else 0):
            return False
        if old is not None:
            self._exchange.drop(old)
        if level:
            self._place(position.index, position.side, bracket, part, level, position.lots)
        return True

    def on_fill(self, order: Order, fill: Filled) -> None:
        """Give the position of an order that filled the legs which the order carries; let the other leg follow one."""
        if order.pair:
            self._follow(order)
        self._resize(order.holding)
        position = self._exchange.account.positions[order.holding]
        bracket = order.bracket
        if not bracket or position.side is not order.side:
            return
        if bracket.mode == "Full":
            # Later fills leave stops alone that were moved meanwhile, but never a position without one.
            is_first = fill.cumulative_lots == fill.lots
            if is_first or not any(leg.whole for leg in self.legs(order.holding)):
                self.set(position, bracket, position.lots)
            return
        legs = [
            self._place(order.holding, order.side, bracket, part, level, fill.lots)
            for part, level in self._parts(bracket)
        ]
        if len(legs) == 2:
            legs[0].pair, legs[1].pair = legs[1].order_id, legs[0].order_id

    def _parts(self, bracket: Bracket) -> list[tuple[Part, int]]:
        levels: list[tuple[Part, int | None]] = [("TakeProfit", bracket.take_profit), ("StopLoss", bracket.stop_loss)]
        return [(part, level) for part, level in levels if level]

    def _follow(self, order: Order) -> None:
        other = self._exchange.book.find(order.pair, "")
        if other is not None and other.is_open:
            self._exchange.drop(other)

    def _resize(self, index: int) -> None:
        lots = self._exchange.account.positions[index].lots
        for leg in self.legs(index):
            if leg.whole and lots:
                leg.lots = leg.filled + lots  # without a position the venue lets go of it, and says so

    def _place(self, index: int, side: Side, bracket: Bracket, part: Part, level: int, lots: int) -> Order:
        exchange = self._exchange
        limit = bracket.tp_limit if part == "TakeProfit" else bracket.sl_limit
        is_full = bracket.mode == "Full"
        kind: OrderType = "Limit" if limit is not None and not is_full else "Market"
        order = Order(
            venue_id=exchange.book.next_venue_id(),
            order_id=exchange.book.next_order_id(),
            link_id="",
            side=Side(-side),
            type=kind,
            lots=lots,
            price=limit if kind == "Limit" else None,
            time_in_force="GTC" if kind == "Limit" else "IOC",
            holding=index,
            created_us=exchange.now_us(),
            reduce_only=True,
            close_on_trigger=True,
            whole=is_full,
            trigger=level,
            rising=(part == "TakeProfit") == (side is Side.LONG),
            trigger_by=bracket.tp_by if part == "TakeProfit" else bracket.sl_by,
            stop_order_type=part if is_full else f"Partial{part}",
            create_type=f"CreateBy{'' if is_full else 'Partial'}{part}",
            bracket=Bracket(mode=bracket.mode),
            last_price=exchange.mark_ticks,
        )
        exchange.attach(order)
        return order
