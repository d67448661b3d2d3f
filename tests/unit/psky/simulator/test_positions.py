"""Positions, their stops, modes and funding, through pybit as it is, in lock-step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pybit.exceptions import InvalidRequestError
from pybit.unified_trading import HTTP

from psky.domain.funding import Funding
from tests.sim_site import ABOUT, SECOND_US, START_US, SYMBOL, Pacer, Sim, columns_of, pacer, sim_tape, simulated

PATH = [100.0, 100.1, 100.0, 100.1, 100.0, 100.1, 101.0, 102.0, 103.0, 102.0, 100.0, 98.0, 96.0, 95.0, 96.0, 97.0]
STAMP_US = START_US + 5 * SECOND_US + 500_000
FUNDING = Funding(ts_us=np.array([STAMP_US]), rate=np.array([0.001]), mark=np.array([100.0]))


@pytest.fixture
def sim() -> Iterator[Sim]:
    with simulated(sim_tape(columns_of(PATH))) as running:
        yield running


def enter(http: HTTP, link: str = "in", side: str = "Buy", qty: str = "2", **more: Any) -> None:
    http.place_order(**ABOUT, side=side, orderType="Market", qty=qty, orderLinkId=link, **more)


def positions(http: HTTP) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get_positions(**ABOUT)["result"]["list"]
    return found


def open_orders(http: HTTP) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get_open_orders(**ABOUT)["result"]["list"]
    return found


def code_of(act: Any, **words: Any) -> int:
    with pytest.raises(InvalidRequestError) as refused:
        act(**words)
    return int(refused.value.status_code)


def test_an_attached_stop_is_there_with_the_first_fill_and_closes_the_whole_position(http: HTTP, time: Pacer) -> None:
    enter(http, stopLoss="97.0", takeProfit="110.0")
    assert open_orders(http)[0]["stopLoss"] == "97.0"
    time.until(4)

    assert {order["stopOrderType"]: order["triggerPrice"] for order in open_orders(http)} == {
        "StopLoss": "97.0",
        "TakeProfit": "110.0",
    }
    assert all(order["reduceOnly"] and order["qty"] == "2.000" for order in open_orders(http))
    assert (positions(http)[0]["stopLoss"], positions(http)[0]["takeProfit"]) == ("97.0", "110.0")

    enter(http, "more", qty="1")
    time.until(14)

    assert positions(http)[0]["size"] == "0"
    out = http.get_executions(category="linear", limit=1)["result"]["list"][0]
    assert (out["stopOrderType"], out["execQty"], out["execPrice"]) == ("StopLoss", "3.000", "96.0")
    assert open_orders(http) == []
    ended = {row["stopOrderType"]: row for row in http.get_order_history(**ABOUT)["result"]["list"]}
    assert (ended["TakeProfit"]["orderStatus"], ended["TakeProfit"]["cancelType"]) == (
        "Deactivated",
        "CancelByTpSlTsClear",
    )


def test_trading_stop_sets_changes_and_takes_away(http: HTTP, time: Pacer) -> None:
    assert code_of(http.set_trading_stop, **ABOUT, stopLoss="97.0", positionIdx=0) == 10001
    enter(http)
    time.until(4)
    http.set_trading_stop(**ABOUT, stopLoss="97.0", positionIdx=0)
    assert code_of(http.set_trading_stop, **ABOUT, stopLoss="97.0", positionIdx=0) == 34040
    http.set_trading_stop(**ABOUT, stopLoss="96.0", takeProfit="102.0", positionIdx=0)
    assert (positions(http)[0]["stopLoss"], positions(http)[0]["takeProfit"]) == ("96.0", "102.0")
    http.set_trading_stop(**ABOUT, takeProfit="0", positionIdx=0)
    assert positions(http)[0]["takeProfit"] == "0"
    assert code_of(http.set_trading_stop, **ABOUT, stopLoss="101.0", positionIdx=0) == 10001

    time.until(14)

    assert http.get_executions(category="linear", limit=1)["result"]["list"][0]["execPrice"] == "96.0"


def test_legs_of_mode_partial_add_up_and_pair(http: HTTP, time: Pacer) -> None:
    partial = {"tpslMode": "Partial", "tpOrderType": "Limit", "tpLimitPrice": "102.0"}
    enter(http, takeProfit="101.0", stopLoss="90.0", **partial)
    time.until(4)
    assert {order["stopOrderType"] for order in open_orders(http)} == {"PartialTakeProfit", "PartialStopLoss"}
    http.set_trading_stop(**ABOUT, stopLoss="91.0", slSize="1", tpslMode="Partial", positionIdx=0)
    assert len(open_orders(http)) == 3

    time.until(10)

    assert positions(http)[0]["size"] == "0"
    fill = http.get_executions(category="linear", limit=1)["result"]["list"][0]
    assert (fill["execPrice"], fill["isMaker"]) == ("102.0", True)
    assert open_orders(http) == []


def test_a_hedge_has_two_positions_that_do_not_net(http: HTTP, time: Pacer) -> None:
    assert code_of(http.switch_position_mode, category="linear", symbol=SYMBOL, mode=0) == 110025
    http.switch_position_mode(category="linear", symbol=SYMBOL, mode=3)
    assert [one["positionIdx"] for one in positions(http)] == [1, 2]
    assert code_of(enter, http=http, link="none") == 10001
    enter(http, "long", positionIdx=1)
    assert code_of(http.switch_position_mode, category="linear", symbol=SYMBOL, mode=0) == 110028
    enter(http, "short", "Sell", "1", positionIdx=2)
    time.until(4)
    assert [(one["side"], one["size"]) for one in positions(http)] == [("Buy", "2.000"), ("Sell", "1.000")]
    assert code_of(http.switch_position_mode, category="linear", symbol=SYMBOL, mode=0) == 110024

    enter(http, "out", "Sell", "5", positionIdx=1)
    time.until(6)

    assert [(one["side"], one["size"]) for one in positions(http)] == [("", "0"), ("Sell", "1.000")]


def test_leverage_is_set_once(http: HTTP, time: Pacer) -> None:
    del time
    both = {"buyLeverage": "20", "sellLeverage": "20"}
    http.set_leverage(**ABOUT, **both)
    assert code_of(http.set_leverage, **ABOUT, **both) == 110043
    assert code_of(http.set_leverage, **ABOUT, buyLeverage="20", sellLeverage="10") == 10001
    assert code_of(http.set_leverage, **ABOUT, buyLeverage="1000", sellLeverage="1000") == 110013
    assert positions(http)[0]["leverage"] == "20"


def test_funding_is_an_execution_that_is_no_trade() -> None:
    with simulated(sim_tape(columns_of(PATH), FUNDING)) as running, pacer(running) as time:
        http = running.http()
        enter(http)
        time.until(5)
        before = Decimal(running.state()["wallet"])
        time.until(7)
        paid = http.get_executions(category="linear", execType="Funding")["result"]["list"]
        state = running.state()

    assert [(row["execFee"], row["execQty"], row["side"], row["execTime"]) for row in paid] == [
        ("0.2", "2.000", "Buy", str(STAMP_US // 1000))
    ]
    assert before - Decimal(state["wallet"]) == Decimal("0.2")
    assert state["equity"] == state["equity_exact"]


def test_a_position_without_margin_is_liquidated_by_the_exchange() -> None:
    spec = {"venue.leverage": 50.0, "venue.maintenance_rate": 0.005}
    with simulated(sim_tape(columns_of(PATH)), spec=spec) as running, pacer(running) as time:
        http = running.http()
        http.set_leverage(**ABOUT, buyLeverage="50", sellLeverage="50")
        running.site.exchange.venue.set_margin(50.0, 0.005)
        enter(http)
        time.until(16)
        last = http.get_executions(category="linear", limit=1)["result"]["list"][0]
        order = http.get_order_history(category="linear", orderId=last["orderId"])["result"]["list"][0]

    assert (last["execType"], last["closedSize"], order["createType"]) == ("BustTrade", "2.000", "CreateByLiq")


def test_demo_money_and_the_key(http: HTTP, sim: Sim, time: Pacer) -> None:
    del time
    sim.http(demo=True).request_demo_trading_funds()
    coin = http.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]["coin"][0]

    assert (coin["walletBalance"], coin["cumRealisedPnl"]) == ("200000", "0")
    assert http.get_api_key_information()["result"]["permissions"]["Wallet"] == []
    assert http.get_fee_rates(category="linear")["result"]["list"][0]["symbol"] == SYMBOL
    assert sim.state()["deposited"] == "200000"


def test_closed_profit_is_what_is_left_after_both_fees(http: HTTP, time: Pacer) -> None:
    enter(http, qty="2")
    time.until(6)
    enter(http, "out", "Sell", "1", reduceOnly=True)
    time.until(8)
    row = http.get_closed_pnl(**ABOUT)["result"]["list"][0]
    fees = [Decimal(one["execFee"]) for one in http.get_executions(category="linear")["result"]["list"]]

    gross = Decimal(row["cumExitValue"]) - Decimal(row["cumEntryValue"])
    assert (row["avgEntryPrice"], row["avgExitPrice"], row["closedSize"]) == ("100.1", "102", "1.000")
    assert (Decimal(row["closeFee"]), Decimal(row["openFee"])) == (fees[0], fees[1] / 2)
    assert Decimal(row["closedPnl"]) == gross - fees[0] - fees[1] / 2
    assert Decimal(positions(http)[0]["curRealisedPnl"]) == gross - sum(fees)


def test_the_transaction_log_explains_the_wallet_to_the_last_digit() -> None:
    with simulated(sim_tape(columns_of(PATH), FUNDING)) as running, pacer(running) as time:
        http = running.http()
        enter(http)
        time.until(7)
        enter(http, "out", "Sell", "1.5", reduceOnly=True)
        time.until(9)
        log = http.get_transaction_log(category="linear")["result"]["list"]
        settled = http.get_transaction_log(category="linear", type="SETTLEMENT")["result"]["list"]
        wallet = http.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]["coin"][0]["walletBalance"]
        deposited = Decimal(running.state()["deposited"])

    assert [(row["type"], row["side"], row["size"]) for row in log] == [
        ("TRADE", "Sell", "0.500"),
        ("SETTLEMENT", "Buy", "2.000"),
        ("TRADE", "Buy", "2.000"),
    ]
    assert settled == [log[1]]
    assert (log[1]["funding"], log[1]["fee"], log[1]["change"]) == ("-0.2", "0", "-0.2")
    for row in log:
        funded = Decimal(row["funding"] or 0)
        assert Decimal(row["change"]) == Decimal(row["cashFlow"]) + funded - Decimal(row["fee"])
    for later, earlier in pairwise(log):
        assert Decimal(later["cashBalance"]) - Decimal(later["change"]) == Decimal(earlier["cashBalance"])
    assert deposited + sum(Decimal(row["change"]) for row in log) == Decimal(wallet) == Decimal(log[0]["cashBalance"])


def test_the_one_coin_leaves_by_no_chain(http: HTTP) -> None:
    assert [row["coin"] for row in http.get_coin_info()["result"]["rows"]] == ["USDT"]
    assert http.get_coin_info(coin="BTC")["result"]["rows"] == []


def test_a_position_that_opens_at_a_stamp_does_not_pay_it() -> None:
    stamp = START_US + 3 * SECOND_US
    funding = Funding(ts_us=np.array([stamp]), rate=np.array([0.001]), mark=np.array([100.0]))
    with simulated(sim_tape(columns_of(PATH), funding)) as running, pacer(running) as time:
        http = running.http()
        enter(http)
        time.until(7)
        rows = http.get_executions(category="linear")["result"]["list"]

    assert [(row["execType"], row["execTime"]) for row in rows] == [("Trade", str(stamp // 1000))]
