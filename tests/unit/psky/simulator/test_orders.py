"""What becomes of orders, through pybit as it is, in lock-step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pybit.exceptions import InvalidRequestError
from pybit.unified_trading import HTTP

from psky.simulator.config import SimConfig
from tests.sim_site import ABOUT, Pacer, Sim, columns_of, pacer, sim_tape, simulated

FLAT = [100.0, 100.1, 100.0, 100.1]
UP_AND_DOWN = [*FLAT, 100.0, 100.1, 101.0, 102.0, 103.0, 102.0, 100.0, 98.0, 96.0, 95.0, 96.0, 97.0, 98.0, 99.0]


@pytest.fixture
def sim() -> Iterator[Sim]:
    with simulated(sim_tape(columns_of(UP_AND_DOWN))) as running:
        yield running


def place(http: HTTP, link: str, side: str = "Buy", kind: str = "Market", qty: str = "1", **more: Any) -> None:
    http.place_order(**ABOUT, side=side, orderType=kind, qty=qty, orderLinkId=link, **more)


def one(http: HTTP, link: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = http.get_open_orders(category="linear", orderLinkId=link)["result"]["list"]
    assert len(found) == 1
    return found[0]


def position(http: HTTP) -> dict[str, Any]:
    found: dict[str, Any] = http.get_positions(**ABOUT)["result"]["list"][0]
    return found


def code_of(act: Any, *args: Any, **words: Any) -> int:
    with pytest.raises(InvalidRequestError) as refused:
        act(*args, **words)
    return int(refused.value.status_code)


def test_a_market_order_fills_at_the_next_print_after_its_latency(http: HTTP, time: Pacer) -> None:
    place(http, "in")
    assert one(http, "in")["orderStatus"] == "New"
    assert position(http)["side"] == ""

    time.until(4)

    order = one(http, "in")
    assert (order["orderStatus"], order["avgPrice"], order["leavesQty"]) == ("Filled", "100.1", "0")
    assert (position(http)["side"], position(http)["size"], position(http)["avgPrice"]) == ("Buy", "1.000", "100.1")


def test_an_order_link_is_taken_once_and_for_all(http: HTTP, time: Pacer) -> None:
    place(http, "in")
    assert code_of(place, http, "in") == 110072
    time.until(5)
    assert code_of(place, http, "in") == 110072


@pytest.mark.parametrize("status", ["Cancelled", "Rejected"])
def test_a_post_only_order_that_would_take_is_acknowledged_and_then_ends(status: Any) -> None:
    config = SimConfig(pace="client", post_only_status=status)
    with simulated(sim_tape(columns_of(FLAT * 3)), config=config) as running, pacer(running) as time:
        http = running.http()
        place(http, "in", kind="Limit", price="100.5", timeInForce="PostOnly")
        time.until(5)
        order = one(http, "in")

    assert (order["orderStatus"], order["rejectReason"]) == (status, "EC_PostOnlyWillTakeLiquidity")
    assert order["cumExecQty"] == "0"


def test_a_limit_that_crosses_takes_at_the_market_and_not_at_its_price(http: HTTP, time: Pacer) -> None:
    place(http, "in", kind="Limit", price="102.0")
    time.until(4)
    order = one(http, "in")
    fill = http.get_executions(category="linear")["result"]["list"][0]

    assert (order["orderStatus"], order["avgPrice"]) == ("Filled", "100.1")
    assert fill["isMaker"] is False


def test_immediate_or_cancel_does_not_rest(http: HTTP, time: Pacer) -> None:
    place(http, "low", kind="Limit", price="99.0", timeInForce="IOC")
    place(http, "far", kind="Limit", price="100.2", timeInForce="FOK", qty="1")
    time.until(5)

    assert one(http, "low")["orderStatus"] == "Cancelled"
    assert one(http, "low")["rejectReason"] == "EC_NoImmediateQtyToFill"
    assert one(http, "far")["orderStatus"] == "Filled"


def test_a_conditional_order_waits_triggers_and_takes(http: HTTP, time: Pacer) -> None:
    place(http, "break", triggerPrice="102.0", triggerDirection=1, triggerBy="LastPrice")
    time.until(5)
    assert (one(http, "break")["orderStatus"], one(http, "break")["stopOrderType"]) == ("Untriggered", "Stop")

    time.until(9)

    assert (one(http, "break")["orderStatus"], one(http, "break")["avgPrice"]) == ("Filled", "102")


def test_a_conditional_limit_rests_once_its_trigger_is_reached(http: HTTP, time: Pacer) -> None:
    place(http, "dip", kind="Limit", price="97.0", triggerPrice="102.0", triggerDirection=1)
    time.until(9)
    assert one(http, "dip")["orderStatus"] == "New"

    time.until(14)

    assert (one(http, "dip")["orderStatus"], one(http, "dip")["avgPrice"]) == ("Filled", "97")


@pytest.mark.parametrize(("direction", "trigger"), [(1, "99.0"), (2, "101.0")])
def test_a_trigger_on_the_wrong_side_is_refused(http: HTTP, time: Pacer, direction: int, trigger: str) -> None:
    del time
    assert code_of(place, http, "x", triggerPrice=trigger, triggerDirection=direction) == 10001


def test_reduce_only_reduces_what_is_there_and_no_more(http: HTTP, time: Pacer) -> None:
    assert code_of(place, http, "early", side="Sell", reduceOnly=True) == 110017
    place(http, "in", qty="1")
    time.until(4)
    assert code_of(place, http, "same", side="Buy", reduceOnly=True) == 110017
    place(http, "target", side="Sell", kind="Limit", price="101.0", qty="3", reduceOnly=True)
    place(http, "late", side="Sell", kind="Limit", price="110.0", reduceOnly=True)

    time.until(8)

    assert position(http)["size"] == "0"
    assert one(http, "target")["cumExecQty"] == "1.000"
    assert (one(http, "late")["orderStatus"], one(http, "late")["cancelType"]) == ("Cancelled", "CancelByReduceOnly")


def test_quantity_zero_closes_the_whole_position(http: HTTP, time: Pacer) -> None:
    place(http, "in", qty="2.5")
    time.until(4)
    place(http, "out", side="Sell", qty="0", reduceOnly=True, closeOnTrigger=True)
    time.until(6)

    assert position(http)["size"] == "0"
    assert one(http, "out")["cumExecQty"] == "2.500"
    assert code_of(place, http, "zero", qty="0") == 10001


def test_an_order_against_the_position_nets_and_turns_it_over(http: HTTP, time: Pacer) -> None:
    place(http, "long", qty="1")
    time.until(4)
    place(http, "turn", side="Sell", qty="3")
    time.until(6)

    assert (position(http)["side"], position(http)["size"]) == ("Sell", "2.000")
    closed = http.get_closed_pnl(**ABOUT)["result"]["list"]
    assert [(row["closedSize"], row["orderId"]) for row in closed] == [("1.000", one(http, "turn")["orderId"])]


def test_amend_and_cancel_take_effect_after_their_latency(http: HTTP, time: Pacer) -> None:
    place(http, "bid", kind="Limit", price="90.0", qty="1")
    time.until(4)
    http.amend_order(**ABOUT, orderLinkId="bid", price="91.0", qty="2")
    assert code_of(http.amend_order, **ABOUT, orderLinkId="bid", price="91.0") == 10001
    time.until(5)
    assert (one(http, "bid")["price"], one(http, "bid")["leavesQty"]) == ("91.0", "2.000")

    http.cancel_order(**ABOUT, orderLinkId="bid")
    assert one(http, "bid")["orderStatus"] == "New"
    time.until(6)

    assert (one(http, "bid")["orderStatus"], one(http, "bid")["cancelType"]) == ("Cancelled", "CancelByUser")
    assert code_of(http.cancel_order, **ABOUT, orderLinkId="bid") == 110001
    assert code_of(http.amend_order, **ABOUT, orderLinkId="bid", price="92.0") == 110001


def test_a_cancelled_condition_is_deactivated(http: HTTP, time: Pacer) -> None:
    place(http, "break", triggerPrice="110.0", triggerDirection=1)
    time.until(4)
    http.cancel_all_orders(**ABOUT, orderFilter="StopOrder")
    time.until(6)

    assert one(http, "break")["orderStatus"] == "Deactivated"


def test_batches_answer_for_each_order(http: HTTP, time: Pacer) -> None:
    orders = [
        {
            "symbol": ABOUT["symbol"],
            "side": "Buy",
            "orderType": "Limit",
            "qty": "1",
            "price": price,
            "orderLinkId": name,
        }
        for name, price in (("a", "90.0"), ("b", "90.05"), ("c", "91.0"))
    ]
    answer = http.place_batch_order(category="linear", request=orders)
    assert [one["code"] for one in answer["retExtInfo"]["list"]] == [0, 10001, 0]
    assert [one["orderLinkId"] for one in answer["result"]["list"]] == ["a", "b", "c"]

    time.until(4)
    names = [{"symbol": ABOUT["symbol"], "orderLinkId": name} for name in "abc"]
    answer = http.cancel_batch_order(category="linear", request=names)

    assert [one["code"] for one in answer["retExtInfo"]["list"]] == [0, 110001, 0]


def test_an_order_beyond_the_wallet_is_refused(http: HTTP, time: Pacer) -> None:
    del time
    assert code_of(place, http, "big", qty="10000") == 110007


@pytest.mark.parametrize(
    "words",
    [
        {"qty": "1.0005"},
        {"kind": "Limit", "price": "100.05"},
        {"kind": "Limit"},
        {"side": "Up"},
        {"qty": "-1"},
        {"positionIdx": 1},
        {"kind": "Limit", "price": "99", "timeInForce": "DAY"},
        {"stopLoss": "101.0"},
        {"reduceOnly": True, "stopLoss": "99.0"},
    ],
)
def test_words_that_make_no_order_are_refused(http: HTTP, time: Pacer, words: dict[str, Any]) -> None:
    del time
    assert code_of(place, http, "x", **words) == 10001
    assert code_of(place, http, "name with spaces") == 10001


def test_the_books_are_those_of_the_venue(sim: Sim, http: HTTP, time: Pacer) -> None:
    place(http, "in", qty="1.5", stopLoss="96.5")
    for second in (4, 9, 13, 17):
        time.until(second)
        state = sim.state()
        assert abs(Decimal(state["equity"]) - Decimal(state["equity_exact"])) < Decimal("1e-7")

    assert state["net_lots"] == 0
    assert state["counts"] == {"orders": 2, "executions": 2, "trades": 2, "closed": 1}
