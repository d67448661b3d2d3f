"""What the exchange says of our orders, as the trader's events."""

from __future__ import annotations

from psky.engine.codes import RejectReason
from psky.engine.messages import Accepted, Cancelled, Funding, Rejected, VenueEvent
from psky.live.exchange.classes import reason_of
from psky.live.exchange.port import Answer, Execution, OrderState, Settled, Stage
from psky.live.exchange.states import POST_ONLY, REDUCED
from psky.live.orders import OwnOrder, OwnOrders

TRADE, FUNDING = "Trade", "Funding"


def event_of_state(state: OrderState, order: OwnOrder) -> VenueEvent | None:
    """Return what the state of an order tells the trader.

    Fills are told by executions alone. An open order tells that the version holds whose price and size it has.
    """
    order_id = order.place.order_id
    match state.stage:
        case Stage.OPEN:
            if state.version >= 0:
                return Accepted(order_id=order_id, version=state.version)
            same = (state.price_ticks, state.lots) == (order.price_ticks, order.lots)
            return Accepted(order_id=order_id, version=order.version) if same else None
        case Stage.CANCELLED:
            return Cancelled(order_id=order_id, filled_lots=state.filled_lots)
        case Stage.REJECTED:
            return Rejected(order_id=order_id, reason=_reason(state.reason))
        case Stage.FILLED:
            return None


def event_of_execution(execution: Execution, orders: OwnOrders) -> VenueEvent | None:
    """Return what an execution tells the trader, None where it is no fill of an order of ours and no funding.

    Liquidations, deleveraging and settlements are no fills of ours: the position they leave is not what we expect.
    """
    if execution.kind == FUNDING:
        fill = execution.fill
        return Funding(ts_us=fill.ts_us, rate=execution.rate_billionths, mark_ticks=fill.price_ticks)
    if execution.kind != TRADE or orders.find(execution.fill.order_id) is None:
        return None
    return execution.fill


def event_of_answer(answer: Answer, order: OwnOrder, *, placing: bool) -> VenueEvent | None:
    """Return what the answer to a command tells the trader.

    Acceptance is told by the stream. A refused order never was; a refused amendment leaves the order as it is, so the
    trader need not wait for it.
    """
    order_id = order.place.order_id
    if answer.state is not None:
        return event_of_state(answer.state, order)
    if answer.settled is not Settled.REFUSED:
        return None
    if placing:
        return Rejected(order_id=order_id, reason=reason_of(answer.code))
    return Accepted(order_id=order_id, version=order.version)


def _reason(words: str) -> RejectReason:
    if words == POST_ONLY:
        return RejectReason.POST_ONLY
    return RejectReason.REDUCE if words == REDUCED else RejectReason.OTHER
