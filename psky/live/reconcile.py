"""Agreeing with the exchange, which is right: at the start, after a connection was lost, and from time to time.

Executions that were missed are heard; orders that ended unseen are looked up; orders that nobody minds are cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psky.domain.time import SECOND_US
from psky.engine.codes import RejectReason
from psky.engine.messages import Cancel, Rejected
from psky.live.desk import Desk, Heard
from psky.live.exchange.port import Execution, OrderState, Sending, Stage
from psky.live.folder import FAMILY
from psky.live.orders import OwnOrder
from psky.live.translate import event_of_execution, event_of_state

GRACE_US: Final = 5 * SECOND_US
"""An order that was sent so recently may still be on its way."""
_BEFORE_US: Final = 60 * SECOND_US


class Reconciler:
    """Brings a desk into agreement with the exchange."""

    def __init__(self, desk: Desk, since_us: int) -> None:
        self._desk = desk
        self._since_us = since_us

    def reconcile(self, now_us: int, *, grace_us: int = GRACE_US) -> None:
        """Ask for executions, open orders and whatever is not among them; tell the brain.

        Raises:
            ExchangeError: the exchange does not answer.
        """
        self.executions(now_us)
        found = {order.name: order for order in self._desk.venue.open_orders()}
        for own in self._desk.orders.open:
            state = found.get(own.name)
            if state is not None:
                self._tell(event_state(own, state), now_us)
            elif self._desk.clock_us() - own.sent_at_us > grace_us:
                self._look_up(own, now_us)
        self._sweep(list(found.values()))
        self._desk.hear_answers(now_us)

    def executions(self, now_us: int) -> None:
        """Hear of executions that were missed.

        Raises:
            ExchangeError: as `reconcile`.
        """
        desk = self._desk
        news = []
        for execution in missed(desk, self._since_us):
            event = event_of_execution(execution, desk.orders)
            if event is not None and desk.orders.is_news(event):
                news.append(Heard(event=event, source="lookup"))
        if news:
            desk.hear(news, now_us)

    def _look_up(self, own: OwnOrder, now_us: int) -> None:
        state = self._desk.venue.look_up(own.name)
        if state is None:
            # The exchange never had it, and nothing is on its way any more.
            self._tell(Heard(event=Rejected(own.place.order_id, RejectReason.OTHER), source="lookup"), now_us)
            return
        if state.stage is Stage.FILLED and own.filled_lots < state.lots:
            self.executions(now_us)  # those that are not listed yet will be the next time
            return
        self._tell(event_state(own, state), now_us)

    def _tell(self, heard: Heard | None, now_us: int) -> None:
        if heard is not None and self._desk.orders.is_news(heard.event):
            self._desk.hear([heard], now_us)

    def _sweep(self, found: list[OrderState]) -> None:
        """Cancel the orders of psky that no running trade minds."""
        minded = {own.name for own in self._desk.orders.open}
        for order in found:
            if order.name.startswith(FAMILY) and order.name not in minded:
                cancel = Cancel(order_id=0, name=order.name, armed=False)
                self._desk.venue.send(cancel, Sending(sent_us=self._desk.brain.now_us))


def missed(desk: Desk, since_us: int) -> Sequence[Execution]:
    """Return the executions of which some may not have been heard: since a time, or since shortly before the last fill.

    Raises:
        ExchangeError: the exchange does not answer.
    """
    return desk.venue.executions(max(since_us, desk.orders.last_fill_us - _BEFORE_US), desk.brain.now_us)


def event_state(own: OwnOrder, state: OrderState) -> Heard | None:
    """Return what the state of an order of ours tells, None where it tells nothing."""
    event = event_of_state(state, own)
    return None if event is None else Heard(event=event, source="lookup")
