"""Who is let in: signatures, windows of time, rates, through a client that is not pybit."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from psky.simulator.config import KeyFacts, SimConfig
from psky.simulator.errors import Refusal
from psky.simulator.limits import AccountLimits, AddressLimit
from psky.simulator.rest.paging import window
from psky.simulator.signing import check_request, check_socket, signature
from tests.sim_site import ABOUT, Sim, columns_of, sim_tape, simulated

KEYS = KeyFacts(key="k", secret="s")
NOW_MS = 1_700_000_000_000


def headers(
    payload: str, *, key: str = "k", secret: str = "s", sent: int = NOW_MS, window: int = 5000
) -> dict[str, str]:
    return {
        "X-BAPI-API-KEY": key,
        "X-BAPI-TIMESTAMP": str(sent),
        "X-BAPI-RECV-WINDOW": str(window),
        "X-BAPI-SIGN": signature(secret, f"{sent}{key}{window}{payload}"),
    }


def refused(act: Any, *args: Any, **words: Any) -> int:
    with pytest.raises(Refusal) as found:
        act(*args, **words)
    return found.value.code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"key": "other"}, 10003),
        ({"secret": "wrong"}, 10004),
        ({"sent": NOW_MS - 5001}, 10002),
        ({"sent": NOW_MS + 1000}, 10002),
        ({"sent": NOW_MS - 3000, "window": 2000}, 10002),
    ],
)
def test_a_wrong_signature_or_time_is_refused(words: dict[str, Any], code: int) -> None:
    assert refused(check_request, KEYS, headers("a=1", **words), "a=1", NOW_MS, writes=False) == code


@pytest.mark.parametrize("sent", [NOW_MS - 5000, NOW_MS + 999])
def test_the_window_reaches_from_its_width_before_to_a_second_after(sent: int) -> None:
    check_request(KEYS, headers("a=1", sent=sent), "a=1", NOW_MS, writes=True)


def test_what_is_signed_is_what_is_sent() -> None:
    assert refused(check_request, KEYS, headers("a=1"), "a=2", NOW_MS, writes=False) == 10004
    assert refused(check_request, KEYS, {}, "a=1", NOW_MS, writes=False) == 10001


def test_a_key_that_only_reads_may_not_write() -> None:
    reader = KeyFacts(key="k", secret="s", read_only=True)
    check_request(reader, headers(""), "", NOW_MS, writes=False)
    assert refused(check_request, reader, headers(""), "", NOW_MS, writes=True) == 10005


def test_a_socket_is_let_in_until_its_signature_expires() -> None:
    args = ["k", NOW_MS + 1, signature("s", f"GET/realtime{NOW_MS + 1}")]
    check_socket(KEYS, args, NOW_MS)
    assert refused(check_socket, KEYS, args, NOW_MS + 2) == 10002
    assert refused(check_socket, KEYS, ["k", NOW_MS + 1, "0"], NOW_MS) == 10004


def test_rates_hold_for_each_group_over_a_sliding_second() -> None:
    limits = AccountLimits({"create": 2, "cancel": 1}, enforced=True)
    assert limits.take("create", 1000)["X-Bapi-Limit-Status"] == "1"
    assert limits.take("create", 1400) == {
        "X-Bapi-Limit": "2",
        "X-Bapi-Limit-Status": "0",
        "X-Bapi-Limit-Reset-Timestamp": "2000",
    }
    assert refused(limits.take, "create", 1999) == 10006
    limits.take("cancel", 1999)
    limits.take("create", 2000)
    assert refused(limits.take, "create", 2399) == 10006


def test_an_address_that_asks_too_much_is_shut_out_for_a_while() -> None:
    address = AddressLimit(600, 5.0, 10.0, enforced=True)
    assert all(address.admits(0) for _ in range(600))
    assert not address.admits(1)
    assert not address.admits(9_000)
    assert address.admits(10_001)


@pytest.fixture(scope="module")
def site() -> Any:
    config = SimConfig(pace="client", keys=KEYS, rate_limits=True)
    with simulated(sim_tape(columns_of([100.0] * 20)), config=config) as running:
        yield running


def ask(sim: Sim, method: str, path: str, words: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    query = urllib.parse.urlencode(words)
    body = json.dumps(words) if method == "POST" else ""
    signed = headers(body or query, sent=time.time_ns() // 1_000_000)
    target = sim.url + path + ("" if method == "POST" else f"?{query}")
    request = urllib.request.Request(target, data=body.encode() or None, headers=signed, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer), answer.headers


def test_any_client_that_signs_is_served_and_told_its_rates(site: Sim) -> None:
    order = {**ABOUT, "side": "Buy", "orderType": "Limit", "qty": "1", "price": "90", "orderLinkId": "raw"}
    answer, told = ask(site, "POST", "/v5/order/create", order)
    found, _ = ask(site, "GET", "/v5/order/realtime", {**ABOUT, "orderLinkId": "raw"})

    assert set(answer) == {"retCode", "retMsg", "result", "retExtInfo", "time"}
    assert (answer["retCode"], answer["retMsg"]) == (0, "OK")
    assert (told["X-Bapi-Limit"], told["X-Bapi-Limit-Status"]) == ("10", "9")
    assert found["result"]["list"][0]["orderId"] == answer["result"]["orderId"]


def test_too_many_orders_in_a_second_are_refused_and_told_when_to_come_again(site: Sim) -> None:
    codes: list[int] = []
    left: list[str] = []
    while 10006 not in codes and len(codes) < 500:
        answer, told = ask(site, "POST", "/v5/order/cancel", {**ABOUT, "orderLinkId": "none"})
        codes.append(answer["retCode"])
        left.append(told["X-Bapi-Limit-Status"])

    assert len(codes) > 10
    assert set(codes) == {110001, 10006}
    assert left[-2:] == ["0", "0"]
    assert int(told["X-Bapi-Limit-Reset-Timestamp"]) <= answer["time"] + 1000


def test_another_category_and_another_symbol_are_refused(site: Sim) -> None:
    for words in ({"category": "spot", "symbol": ABOUT["symbol"]}, {"category": "linear", "symbol": "OTHER"}):
        assert ask(site, "GET", "/v5/position/list", words)[0]["retCode"] == 10001
    with pytest.raises(urllib.error.HTTPError, match="404") as unknown:
        urllib.request.urlopen(f"{site.url}/v5/market/nothing", timeout=10)
    unknown.value.close()


def test_a_key_that_only_reads_is_served_what_it_reads() -> None:
    reader = KeyFacts(key="k", secret="s", read_only=True, withdraw=True)
    with simulated(sim_tape(columns_of([100.0] * 20)), config=SimConfig(pace="client", keys=reader)) as running:
        found, _ = ask(running, "GET", "/v5/user/query-api", {})
        refused_order, _ = ask(running, "POST", "/v5/order/cancel", {**ABOUT, "orderLinkId": "x"})

    assert (found["result"]["readOnly"], found["result"]["permissions"]["Wallet"]) == (
        1,
        ["AccountTransfer", "Withdraw"],
    )
    assert refused_order["retCode"] == 10005


@pytest.mark.parametrize("words", [{"startTime": "soon"}, {"startTime": "1000", "endTime": "700000000"}])
@pytest.mark.parametrize("path", ["/v5/execution/list", "/v5/order/history", "/v5/position/closed-pnl"])
def test_a_window_that_is_none_is_refused_though_nothing_lies_in_it(
    site: Sim, path: str, words: dict[str, str]
) -> None:
    assert ask(site, "GET", path, ABOUT | words)[0]["retCode"] == 10001


def test_a_window_with_a_start_alone_is_a_week() -> None:
    week_ms = 7 * 86_400_000
    is_wanted = window({"startTime": "1000"})
    assert [is_wanted(ms * 1000) for ms in (999, 1000, 1000 + week_ms, 1001 + week_ms)] == [False, True, True, False]
    is_wanted = window({"endTime": str(week_ms + 5)})
    assert [is_wanted(ms * 1000) for ms in (4, 5, week_ms + 5, week_ms + 6)] == [False, True, True, False]


def test_a_body_that_is_too_deep_is_no_json(site: Sim) -> None:
    body = "[" * 100_000
    signed = headers(body, sent=time.time_ns() // 1_000_000)
    request = urllib.request.Request(f"{site.url}/v5/order/create", data=body.encode(), headers=signed)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["retCode"] == 10001
