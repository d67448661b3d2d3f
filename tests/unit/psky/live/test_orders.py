"""Own orders are what was sent and what was said, each counted once, in whatever order it comes."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec import structs

from psky.domain.side import Side
from psky.engine.codes import OrderKind, RejectReason
from psky.engine.messages import (
    Accepted,
    Amend,
    Cancelled,
    Filled,
    Funding,
    OrderType,
    Place,
    Rejected,
    VenueEvent,
    order_id,
)
from psky.live.exchange.port import Answer, OrderState, Settled, Stage
from psky.live.orders import OwnOrder, OwnOrders
from psky.live.translate import event_of_answer, event_of_state

ID = order_id(3, 0)
PLACE = Place(
    order_id=ID,
    name="o",
    kind=OrderKind.ENTRY,
    side=Side.LONG,
    type=OrderType.LIMIT,
    price_ticks=100,
    lots=5,
    armed=False,
)
AMEND = Amend(order_id=ID, name="o", type=OrderType.LIMIT, price_ticks=101, lots=4, version=1, armed=False)
FILL = Filled(
    order_id=ID,
    execution=1,
    ts_us=7,
    row=0,
    side=Side.LONG,
    price_ticks=100,
    lots=2,
    cumulative_lots=2,
    left_lots=3,
    maker=True,
    fee=0,
    queue_lots=0,
)
REST = structs.replace(FILL, execution=2, lots=3, cumulative_lots=5, left_lots=0)
STATE = OrderState(
    name="o",
    exchange_id="x",
    stage=Stage.OPEN,
    side=1,
    price_ticks=100,
    lots=5,
    filled_lots=0,
    reduce_only=False,
    reason="",
)


def _orders(*events: VenueEvent) -> OwnOrders:
    orders = OwnOrders()
    orders.sent(PLACE, 1)
    for event in events:
        orders.heard(event)
    return orders


def _own(orders: OwnOrders) -> OwnOrder:
    found = orders.find(ID)
    assert found is not None
    return found


@pytest.mark.parametrize("events", [(FILL, REST), (REST, FILL), (FILL, FILL, REST, REST, FILL)])
def test_fills_count_once_in_any_order(events: tuple[VenueEvent, ...]) -> None:
    orders = _orders(*events)
    assert (orders.lots, _own(orders).filled_lots, orders.open) == (5, 5, [])
    assert not orders.is_news(FILL)


def test_an_amendment_waits_for_its_own_answer() -> None:
    orders = _orders(Accepted(ID, 0))
    assert _own(orders).accepted
    orders.sent(AMEND, 2)
    assert not _own(orders).accepted
    assert not orders.is_news(Accepted(ID, 0))
    orders.heard(Accepted(ID, 1))
    assert _own(orders).accepted


@pytest.mark.parametrize("end", [Cancelled(ID, 0), Rejected(ID, RejectReason.OTHER)])
def test_the_first_end_holds(end: VenueEvent) -> None:
    orders = _orders(end)
    assert orders.open == []
    assert not orders.is_news(Cancelled(ID, 0))
    assert orders.is_news(FILL)  # an execution that the end overtook


def test_events_of_others_and_old_funding_are_no_news() -> None:
    orders = _orders(Funding(10, 1, 1))
    assert not orders.is_news(Cancelled(order_id(9, 0), 0))
    assert not orders.is_news(Funding(10, 1, 1))
    assert orders.is_news(Funding(11, 1, 1))


def test_an_open_order_tells_the_version_whose_terms_it_has() -> None:
    orders = _orders()
    orders.sent(AMEND, 2)
    own = _own(orders)
    assert event_of_state(STATE, own) is None  # still the terms of before
    assert event_of_state(dataclasses.replace(STATE, price_ticks=101, lots=4), own) == Accepted(ID, 1)


@pytest.mark.parametrize(
    ("stage", "reason", "event"),
    [
        (Stage.FILLED, "", None),
        (Stage.CANCELLED, "", Cancelled(ID, 2)),
        (Stage.REJECTED, "EC_PostOnlyWillTakeLiquidity", Rejected(ID, RejectReason.POST_ONLY)),
        (Stage.REJECTED, "CancelByReduceOnly", Rejected(ID, RejectReason.REDUCE)),
        (Stage.REJECTED, "EC_Others", Rejected(ID, RejectReason.OTHER)),
    ],
)
def test_an_end_tells_how(stage: Stage, reason: str, event: VenueEvent | None) -> None:
    state = dataclasses.replace(STATE, stage=stage, reason=reason, filled_lots=2)
    assert event_of_state(state, _own(_orders())) == event


def test_a_refusal_ends_an_order_but_not_one_that_was_to_be_amended() -> None:
    own = _own(_orders())
    refused = Answer(settled=Settled.REFUSED, code=110017)
    assert event_of_answer(refused, own, placing=True) == Rejected(ID, RejectReason.REDUCE)
    assert event_of_answer(refused, own, placing=False) == Accepted(ID, 0)
    assert event_of_answer(Answer(settled=Settled.ACCEPTED), own, placing=True) is None
    assert event_of_answer(Answer(settled=Settled.UNKNOWN), own, placing=True) is None
