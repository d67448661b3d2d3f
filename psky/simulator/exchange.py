"""The exchange: orders go to the venue of the backtest, and what it says becomes what Bybit would say.

Everything happens on the time of the tape. The venue decides all fills; here orders get their names, statuses and
brackets, and the account its books.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from psky.domain.side import Side
from psky.engine.codes import RejectReason
from psky.engine.messages import BILLION, Accepted, Cancelled, Filled, Funding, Rejected, intent_of, number_of
from psky.engine.venue import VenueConfig
from psky.engine.venue_steps import NEVER_US, Said, Triggered, VenueSteps
from psky.simulator.account import ONE_WAY, Account, Position
from psky.simulator.brackets import Brackets
from psky.simulator.clock import Clock
from psky.simulator.config import SimConfig
from psky.simulator.orders import Order, OrderBook
from psky.simulator.shapes import Row, execution_row, funding_row, order_row, position_row, transaction_row, wallet_row
from psky.simulator.tape import Numbers, PlayedTape

Push = Callable[[str, Row], None]
_LIQUIDATION_NUMBER: Final = 0xFFFF
_REJECTED: Final = {
    RejectReason.POST_ONLY: "EC_PostOnlyWillTakeLiquidity",
    RejectReason.TICK: "EC_LimitOrderInvalidPrice",
    RejectReason.REDUCE: "EC_PerCancelRequest",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a command left its sender on the tape, and whether it was at the exchange ahead of its time."""

    sent_us: int
    armed: bool


class Exchange:
    """One symbol of Bybit for one account, on a tape."""

    def __init__(self, tape: PlayedTape, venue: VenueConfig, config: SimConfig, clock: Clock) -> None:
        self.tape = tape
        self.config = config
        self.clock = clock
        self.symbol = tape.instrument.symbol
        self.coin = config.coin
        self.numbers = Numbers(tick=tape.instrument.tick, lot=tape.instrument.lot)
        self.venue = VenueSteps(tape, venue)
        self.venue.seek(tape.first_row)
        self.book = OrderBook(config.instance)
        self.account = Account(config, self.numbers)
        self.brackets = Brackets(self)
        self.executions: list[Row] = []
        self.transactions: list[Row] = []
        self.push: Push = lambda _topic, _row: None
        self._stamp: int | None = None
        self._hearing_us: int | None = None
        if config.liquidates:
            self.set_leverage(config.leverage)
        if config.position_lots:
            self._begin_with(config.position_lots, config.entry_ticks)

    # --- time ---

    @property
    def mark_ticks(self) -> int:
        """The last price, which also stands for mark and index; 0 before the first print."""
        return int(self.tape.price_ticks[self.venue.row - 1]) if self.venue.row else int(self.tape.price_ticks[0])

    def now_us(self) -> int:
        """Return the time of what is heard, or else that of the clock."""
        return self.clock.now_us() if self._hearing_us is None else self._hearing_us

    def step(self, until_us: int, stop_row: int | None = None) -> int | None:
        """Go on to the next happening: prints before `until_us` and row `stop_row`, the clock up to and at it.

        Returns its time, None where nothing more happens by then. At one time the venue speaks first, then funding.
        After the last print nothing happens any more.
        """
        stamp_us = self._stamp_us()
        stop = self.tape.first_at(min(until_us, stamp_us))
        said = self.venue.run(stop if stop_row is None else min(stop, stop_row))
        if said:
            now_us = int(self.tape.ts_us[self.venue.row - 1])
            self.hear(now_us, said)
            return now_us
        due_us = min(self.venue.next_us, stamp_us)
        if self.venue.row == stop_row or due_us > min(until_us, self.tape.end_us):
            return None
        if self.venue.next_us == due_us:
            self.hear(due_us, self.venue.on_clock(due_us))
        else:
            self._fund(due_us)
        return due_us

    def due_us(self) -> int:
        """Return when something falls due without a print, `NEVER_US` for never."""
        return min(self.venue.next_us, self._stamp_us())

    def finish(self, now_us: int) -> None:
        """End at the last print: market orders fill there, all other orders are cancelled."""
        self.hear(now_us, self.venue.end())

    def _stamp_us(self) -> int:
        is_known = self._stamp is not None and self._stamp < len(self.tape.funding)
        return int(self.tape.funding.ts_us[self._stamp]) if is_known else NEVER_US

    def _watch_funding(self, now_us: int) -> None:
        if not any(position.lots for position in self.account.positions.values()):
            self._stamp = None
        elif self._stamp is None:
            self._stamp = int(np.searchsorted(self.tape.funding.ts_us, now_us, side="right"))

    def _fund(self, ts_us: int) -> None:
        stamp = self._stamp or 0
        rate, mark = float(self.tape.funding.rate[stamp]), float(self.tape.funding.mark[stamp])
        self._stamp = stamp + 1
        self.hear(ts_us, self.venue.fund(ts_us, rate, round(mark / float(self.numbers.tick))))

    def _begin_with(self, lots: int, entry_ticks: int) -> None:
        side = Side.LONG if lots > 0 else Side.SHORT
        position = self.account.positions[ONE_WAY]
        position.side, position.lots, position.cost = side, abs(lots), Decimal(entry_ticks * abs(lots))
        position.created_us = position.updated_us = self.now_us()
        self.venue.restore(ONE_WAY, side, abs(lots), entry_ticks)
        self._watch_funding(self.now_us())

    # --- commands ---

    def submit(self, order: Order, timing: Timing) -> None:
        """Keep an order and send it to the venue."""
        self.book.add(order)
        order.armed = timing.armed
        self._send(order, timing)

    def attach(self, order: Order) -> None:
        """Keep an order that is at the venue at once, and show it."""
        self.book.add(order)
        order.armed = True
        self._send(order, Timing(sent_us=self.now_us(), armed=True))

    def _send(self, order: Order, timing: Timing) -> None:
        now_us = self.now_us()
        order.updated_us = order.created_us
        said = self.venue.place(timing.sent_us, order.ticket())
        if order.armed and not said:
            order.status = "Untriggered" if order.is_conditional else "New"
            self._show(order, now_us)
        self.hear(now_us, said)

    def amend(self, order: Order, timing: Timing) -> None:
        """Send an order's new price and size, which are already written on it."""
        order.version += 1
        order.armed = timing.armed
        if order.type == "Limit" and order.is_conditional and order.trigger is not None:
            self.venue.wait_for(order.venue_id, order.trigger)
        now_us = self.now_us()
        said = self.venue.amend(timing.sent_us, order.ticket(), order.version)
        if timing.armed:
            order.held_version = order.version
        if timing.armed and not said:
            self._show(order, now_us)
        self.hear(now_us, said)

    def cancel(self, order: Order, timing: Timing) -> None:
        """Take back what is left of an order."""
        order.is_cancelling = True
        self.hear(self.now_us(), self.venue.cancel(timing.sent_us, order.venue_id, armed=timing.armed))

    def drop(self, order: Order) -> None:
        """Let go of an order at once, by nobody's wish."""
        now_us = self.now_us()
        self.hear(now_us, self.venue.cancel(now_us, order.venue_id, armed=True))

    def set_leverage(self, leverage: Decimal) -> None:
        """Set the leverage, and with it where positions are liquidated."""
        self.account.leverage = leverage
        if self.config.liquidates:
            self.venue.set_margin(float(leverage), float(self.config.maintenance_rate))

    # --- what the venue says ---

    def hear(self, now_us: int, said: list[Said]) -> None:
        """Book what the venue said at `now_us`, and push it."""
        outer_us, self._hearing_us = self._hearing_us, now_us
        for event in said:
            self._hear(now_us, event)
        self._hearing_us = outer_us
        if said:
            self._watch_funding(now_us)

    def _hear(self, now_us: int, event: Said) -> None:
        if isinstance(event, Funding):
            self._hear_funding(event)
            return
        order = self.book.of_venue(event.order_id)
        if isinstance(event, Filled):
            self._hear_fill(now_us, event, order or self._liquidation(event))
        elif order is None:
            return
        elif isinstance(event, Accepted):
            self._hear_accepted(now_us, event, order)
        elif isinstance(event, Triggered):
            self._become(order, "Triggered", now_us)
            self._become(order, "New", now_us)
        elif isinstance(event, Rejected):
            self._hear_rejected(now_us, event, order)
        else:
            self._hear_cancelled(now_us, event, order)

    def _hear_accepted(self, now_us: int, event: Accepted, order: Order) -> None:
        order.held_version = event.version
        if event.version == 0:
            order.status = "Untriggered" if order.is_conditional else "New"
        self._show(order, now_us)

    def _hear_fill(self, now_us: int, fill: Filled, order: Order) -> None:
        if order.status == "Untriggered":
            self._become(order, "Triggered", now_us)
        exec_type = "BustTrade" if number_of(fill.order_id) == _LIQUIDATION_NUMBER else "Trade"
        if order.whole:
            order.lots = fill.cumulative_lots + fill.left_lots
        order.filled, order.fee = fill.cumulative_lots, order.fee + fill.fee
        order.value += fill.price_ticks * fill.lots
        before = self.account.wallet
        closed = self.account.fill(order, fill, exec_type)
        self._executed(execution_row(self, order, fill, exec_type, closed), before, order.holding)
        order.status = "PartiallyFilled" if fill.left_lots else "Filled"
        self._show(order, now_us)
        self._show_account(order.holding)
        self.brackets.on_fill(order, fill)

    def _liquidation(self, fill: Filled) -> Order:
        order = Order(
            venue_id=self.book.next_venue_id(),
            order_id=self.book.next_order_id(),
            link_id="",
            side=fill.side,
            type="Market",
            lots=fill.lots,
            price=None,
            time_in_force="IOC",
            holding=intent_of(fill.order_id),
            created_us=fill.ts_us,
            reduce_only=True,
            create_type="CreateByLiq",
            last_price=self.mark_ticks,
            status="New",
        )
        self.book.add(order)
        return order

    def _hear_rejected(self, now_us: int, event: Rejected, order: Order) -> None:
        order.reject_reason = _REJECTED.get(event.reason, "EC_Others")
        if event.reason is RejectReason.REDUCE:
            order.cancel_type = "CancelByReduceOnly"
        status = self.config.post_only_status if event.reason is RejectReason.POST_ONLY else "Rejected"
        self._become(order, status, now_us)

    def _hear_cancelled(self, now_us: int, event: Cancelled, order: Order) -> None:
        if not order.is_open:
            return
        order.filled = event.filled_lots
        order.cancel_type, order.reject_reason = self._why_cancelled(order)
        was_waiting = order.status == "Untriggered"
        self._become(order, "Deactivated" if was_waiting else "Cancelled", now_us)

    def _why_cancelled(self, order: Order) -> tuple[str, str]:
        if order.is_cancelling:
            return "CancelByUser", "EC_PerCancelRequest"
        if order.stop_order_type in {"StopLoss", "TakeProfit", "PartialStopLoss", "PartialTakeProfit"}:
            return "CancelByTpSlTsClear", "EC_PerCancelRequest"
        if order.reduce_only:
            return "CancelByReduceOnly", "EC_PerCancelRequest"
        if order.time_in_force in {"IOC", "FOK"}:
            return "UNKNOWN", "EC_NoImmediateQtyToFill"
        return "CancelAllBeforeLiq", "EC_PerCancelRequest"

    def _hear_funding(self, event: Funding) -> None:
        rate = Decimal(event.rate) / BILLION
        for position in self.account.positions.values():
            if position.lots:
                before = self.account.wallet
                paid = self.account.fund(position, rate, event.mark_ticks, event.ts_us)
                self._executed(funding_row(self, position, rate, event, paid), before, position.index)
                self._show_account(position.index)

    # --- what is shown ---

    def _executed(self, row: Row, before: Decimal, holding: int) -> None:
        account, position = self.account, self.account.positions[holding]
        lots = self.numbers.qty(position.sign * position.lots)
        self.executions.append(row)
        self.transactions.append(transaction_row(row, account.wallet - before, account.wallet, lots))
        self.push("execution", row)

    def _become(self, order: Order, status: str, now_us: int) -> None:
        order.status = status
        self._show(order, now_us)

    def _show(self, order: Order, now_us: int) -> None:
        order.updated_us = now_us
        self.push("order", order_row(self, order))
        if not order.filled:  # the position's topic speaks on every event of an order, even where nothing changes
            self.push("position", position_row(self, self.account.positions[order.holding]))

    def _show_account(self, holding: int) -> None:
        self.push("position", position_row(self, self.account.positions[holding]))
        self.push("wallet", self.wallet_row())

    def wallet_row(self) -> Row:
        """Return the account as it stands."""
        return wallet_row(self.account, self.mark_ticks, self.order_margin())

    def order_margin(self) -> Decimal:
        """Return the initial margin of the orders that may open lots."""
        orders = (order for order in self.book.open() if not order.reduce_only)
        return sum(
            (self.account.margin_of(order.left, order.price or order.trigger or self.mark_ticks) for order in orders),
            Decimal(0),
        )

    def available(self) -> Decimal:
        """Return what new orders may use."""
        mark = self.mark_ticks
        equity = self.account.wallet + self.account.unrealised_all(mark)
        return equity - self.account.margin_used(mark) - self.order_margin()

    def execution_id(self, number: int) -> str:
        """Return the id of an execution: a UUID, the same in every run of an instance."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"psky-sim{self.config.instance}-execution-{number}"))

    def seq(self, number: int) -> int:
        """Return a cross sequence that grows with the tape."""
        return (self.venue.row << 16) + (number & 0xFFFF)

    def legs(self, index: int) -> list[Order]:
        """Return the open take-profits and stop-losses of a position."""
        return self.brackets.legs(index)

    def bound_ticks(self, position: Position) -> int | None:
        """Return where a position is liquidated, None where it is not."""
        return None if position.side is None else self.venue.bound_ticks(position.side)
