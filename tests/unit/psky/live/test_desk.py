"""What leaves the desk is bounded by what it is expected to pay, and is on its way for a while."""

from __future__ import annotations

from itertools import count
from unittest.mock import Mock

import pytest
from msgspec import structs

from psky.domain.time import SECOND_US
from psky.engine.messages import OrderType, Place
from psky.live.desk import Desk
from psky.live.exchange.port import Answer, Settled
from psky.live.guard import Guard, Rule
from psky.live.limits import LiveLimits
from tests.bybit_answers import RULES
from tests.unit.psky.live.test_orders import ID, PLACE

MARKET = structs.replace(PLACE, type=OrderType.MARKET, price_ticks=0)


def _desk(max_order_usdt: float = 1e9) -> Desk:
    guard, now_us = Guard(LiveLimits(max_order_usdt=max_order_usdt), "USDT"), count(SECOND_US, SECOND_US)
    desk = Desk(
        journal=Mock(),
        brain=Mock(now_us=0),
        venue=Mock(),
        pace=Mock(),
        guard=guard,
        rules=RULES,
        clock_us=lambda: next(now_us),
    )
    desk.venue.send.return_value = Answer(settled=Settled.UNKNOWN)  # type: ignore[attr-defined]
    desk.remember(Mock(row=3, expected_entry_ticks=20_000.4, intent=Mock(row=3, stop_distance_ticks=10)))
    return desk


@pytest.mark.parametrize("place", [MARKET, structs.replace(PLACE, price_ticks=20_000)])
def test_an_entry_is_as_large_as_it_is_expected_to_be_before_any_trade_was_heard(place: Place) -> None:
    notional = float(RULES.price_of(20_000) * RULES.qty_of(PLACE.lots))
    for limit, sent in ((notional * 1.01, 1), (notional * 0.99, 0)):
        desk = _desk(limit)
        desk.send(place, 0)
        assert desk.venue.send.call_count == sent  # type: ignore[attr-defined]
        assert [trip.rule for trip in desk.trips] == [Rule.NOTIONAL] * (1 - sent)


def test_an_order_without_an_answer_is_on_its_way_from_the_last_try_on() -> None:
    desk = _desk()
    desk.send(PLACE, 0)
    order = desk.orders.find(ID)
    assert order is not None
    assert not order.is_sure
    assert order.sent_at_us == 3 * SECOND_US  # before it was sent, for the guard, and after the last try
