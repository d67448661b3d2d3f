"""What a session hears of its account: once it can, and nothing that it cannot read ends it."""

from __future__ import annotations

import json
from typing import Any, Literal
from unittest.mock import Mock

import pytest

from psky.live.ears import Ears
from psky.live.exchange.states import Reading
from psky.live.feed.ear import TradeEar
from psky.live.feed.sockets import Arrival, frame_of
from psky.live.feed.trades import TradeFeed
from psky.live.guard import Rule
from psky.live.orders import OwnOrders
from psky.live.pace import Turn
from tests.bybit_answers import RULES
from tests.unit.psky.live.test_orders import PLACE

SUBSCRIBED = '{"success":true,"ret_msg":"","op":"subscribe","req_id":"psky"}'


def _ears() -> Ears:
    desk = Mock()
    desk.brain.now_us, desk.rules, desk.orders = 0, RULES, OwnOrders()
    desk.orders.sent(PLACE, 1)
    return Ears(
        desk=desk,
        watch=Mock(heard_us={}),
        leaving=Mock(),
        reading=Reading(rules=RULES, id_of={PLACE.name: PLACE.order_id}.get),
        sources={"public": Mock(), "private": Mock()},
        public=TradeEar(feed=TradeFeed(RULES), recent_trades=None),
    )


def _told(text: str = "", what: Literal["frame", "up", "down"] = "frame") -> Turn:
    arrival = Arrival(channel="private", generation=1, what=what, at_us=5, text=text)
    return Turn(arrivals=[(arrival, frame_of(arrival))], now_us=5, until_us=5)


def _order(**changes: Any) -> str:  # noqa: ANN401 - of several types
    words = {"symbol": RULES.symbol, "orderLinkId": PLACE.name, "orderId": "x", "orderStatus": "Cancelled"}
    return json.dumps({"topic": "order", "data": [words | {"side": "Buy", "qty": "0.005"} | changes]})


@pytest.mark.parametrize("turn", [_told(what="up"), _told(what="down"), _told(SUBSCRIBED)])
def test_the_exchange_is_asked_what_it_holds_once_it_tells_again(turn: Turn) -> None:
    ears = _ears()
    ears.wants_reconciliation = False
    ears.hear(turn)
    assert ears.wants_reconciliation


def test_an_order_of_ours_is_heard() -> None:
    ears = _ears()
    assert len(ears.hear(_told(_order()))[1]) == 1
    ears.desk.pull.assert_not_called()  # type: ignore[attr-defined]


@pytest.mark.parametrize("changes", [{"orderStatus": "Teleported"}, {"qty": "many"}, {"qty": "NaN"}])
def test_an_order_in_words_that_nobody_knows_trips_the_guard(changes: dict[str, Any]) -> None:
    ears = _ears()
    assert ears.hear(_told(_order(**changes))) == ([], [])
    assert ears.desk.pull.call_args.args[0] is Rule.DISAGREEMENT  # type: ignore[attr-defined]


def test_orders_of_other_symbols_are_nobodys_business() -> None:
    ears = _ears()
    assert ears.hear(_told(_order(symbol="OTHER", orderStatus="Teleported"))) == ([], [])
    ears.desk.pull.assert_not_called()  # type: ignore[attr-defined]
