"""The streams, through pybit's sockets as they are, and through a bare socket where pybit hides the answer."""

from __future__ import annotations

import json
import queue
import time as wall
from collections.abc import Iterator
from typing import Any

import pytest
import websocket

from psky.simulator.signing import signature
from tests.sim_site import ABOUT, SYMBOL, Pacer, Sim, columns_of, sim_tape, simulated

PRICES = [100.0, 100.1, 100.0, 100.1, 100.2, 100.3, 100.4, 100.3, 100.2, 100.1, 100.0, 100.0]


@pytest.fixture
def sim() -> Iterator[Sim]:
    with simulated(sim_tape(columns_of(PRICES))) as running:
        yield running


class Bare:
    """A socket that says and hears JSON."""

    def __init__(self, sim: Sim, path: str) -> None:
        self._socket = websocket.create_connection(sim.websocket_url + path, timeout=20)

    def say(self, **message: Any) -> dict[str, Any]:
        self._socket.send(json.dumps(message))
        return self.hear()

    def hear(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._socket.recv())
        return found

    def hear_until(self, topic: str, **fields: Any) -> dict[str, Any]:
        while True:
            message = self.hear()
            if message.get("topic") == topic and fields.items() <= message["data"][0].items():
                return message

    def patience(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def close(self) -> None:
        self._socket.close()


def authorised(sim: Sim, path: str = "/v5/private") -> Bare:
    socket, expires = Bare(sim, path), wall.time_ns() // 1_000_000 + 10_000
    answer = socket.say(op="auth", args=["sim-key", expires, signature("sim-secret", f"GET/realtime{expires}")])
    assert answer.get("success") or answer.get("retCode") == 0
    return socket


def test_pybit_hears_trades_and_what_becomes_of_its_orders(sim: Sim, time: Pacer) -> None:
    heard: queue.Queue[dict[str, Any]] = queue.Queue()
    public, private = sim.websocket("linear"), sim.websocket("private")
    try:
        public.trade_stream(SYMBOL, heard.put)
        for stream in (private.order_stream, private.execution_stream, private.position_stream, private.wallet_stream):
            stream(heard.put)
        wait_for_topics(sim, {f"publicTrade.{SYMBOL}"}, {"order", "execution", "position", "wallet"})
        http = sim.http()
        http.place_order(**ABOUT, side="Buy", orderType="Market", qty="1", orderLinkId="in")
        time.until(5)
        messages = [heard.get(timeout=20) for _ in range(time.now["public"] + time.now["private"])]
    finally:
        public.exit()
        private.exit()

    by_topic: dict[str, list[dict[str, Any]]] = {}
    for message in messages:
        by_topic.setdefault(message["topic"].split(".")[0], []).extend(message["data"])
    assert [row["p"] for row in by_topic["publicTrade"]] == ["100.0", "100.1", "100.2"]
    assert [(row["orderLinkId"], row["orderStatus"]) for row in by_topic["order"]] == [("in", "New"), ("in", "Filled")]
    assert [(row["execPrice"], row["execQty"], row["leavesQty"]) for row in by_topic["execution"]] == [
        ("100.1", "1.000", "0")
    ]
    assert by_topic["position"][-1]["size"] == "1.000"
    assert by_topic["wallet"][-1]["coin"][0]["coin"] == "USDT"


def wait_for_topics(sim: Sim, *wanted: set[str]) -> None:
    """Wait until every set of topics is subscribed to; the server's own thread knows."""
    hub = sim.site.on_restart.__self__  # type: ignore[attr-defined]  # the hub's own method
    deadline = wall.monotonic() + 20
    while wall.monotonic() < deadline:
        if all(any(topics <= one.topics for one in list(hub.sockets)) for topics in wanted):
            return
        sim.get("/sim/time")
    raise AssertionError("the subscriptions never came")


def test_pings_are_answered_in_each_stream_own_words(sim: Sim) -> None:
    public, private, trade = Bare(sim, "/v5/public/linear"), Bare(sim, "/v5/private"), Bare(sim, "/v5/trade")
    answers = [public.say(op="ping", req_id="1"), private.say(op="ping"), trade.say(op="ping", reqId="2")]
    for socket in (public, private, trade):
        socket.close()

    assert {"success": True, "ret_msg": "pong", "req_id": "1", "op": "ping"}.items() <= answers[0].items()
    assert (answers[1]["op"], answers[1]["args"][0].isdigit()) == ("pong", True)
    assert (answers[2]["op"], answers[2]["retCode"], answers[2]["reqId"]) == ("pong", 0, "2")


def test_subscriptions_are_acknowledged_or_refused(sim: Sim) -> None:
    public = Bare(sim, "/v5/public/linear")
    answers = [
        public.say(op="subscribe", args=[topic], req_id="r")
        for topic in (f"publicTrade.{SYMBOL}", f"publicTrade.{SYMBOL}", "nothing.X", "publicTrade.OTHER")
    ]
    public.close()

    assert [answer["success"] for answer in answers] == [True, False, False, False]
    assert {answer["req_id"] for answer in answers} == {"r"}
    assert "already subscribed" in answers[1]["ret_msg"]
    assert "handler not found" in answers[2]["ret_msg"]


def test_private_topics_want_a_key_and_one_kind_of_name(sim: Sim) -> None:
    stranger = Bare(sim, "/v5/private")
    assert not stranger.say(op="subscribe", args=["order"])["success"]
    assert not stranger.say(op="auth", args=["sim-key", 1, "x"])["success"]
    stranger.close()

    socket = authorised(sim)
    assert socket.say(op="subscribe", args=["order", "wallet"])["success"]
    assert "mixed" in socket.say(op="subscribe", args=["execution.linear"])["ret_msg"]
    socket.close()


def test_snapshots_come_first_and_then_changes(sim: Sim, time: Pacer) -> None:
    public = Bare(sim, "/v5/public/linear")
    assert public.say(op="subscribe", args=[f"tickers.{SYMBOL}", f"orderbook.50.{SYMBOL}"])["success"]
    ticker, book = public.hear(), public.hear()
    time.until(5)
    change, moved = public.hear(), public.hear()
    public.close()

    assert [message["type"] for message in (ticker, book)] == ["snapshot", "snapshot"]
    assert {message["topic"].split(".")[0]: message["type"] for message in (change, moved)} == {
        "tickers": "delta",
        "orderbook": "delta",
    }
    changes = change if change["topic"].startswith("tickers") else moved
    assert changes["data"]["lastPrice"] == "100.2"
    assert len(changes["data"]) < len(ticker["data"])


def test_a_socket_that_trades_gets_its_acknowledgement_and_the_stream_the_rest(sim: Sim, time: Pacer) -> None:
    trade, private = authorised(sim, "/v5/trade"), authorised(sim)
    private.say(op="subscribe", args=["order"])
    order = {**ABOUT, "side": "Buy", "orderType": "Market", "qty": "1", "orderLinkId": "ws"}
    head = {"X-BAPI-TIMESTAMP": str(wall.time_ns() // 1_000_000)}
    taken = trade.say(op="order.create", reqId="7", header=head, args=[order])
    again = trade.say(op="order.create", reqId="8", header=head, args=[order])
    time.until(5)
    filled = private.hear_until("order", orderStatus="Filled")
    trade.close()
    private.close()

    assert (taken["retCode"], taken["reqId"], taken["data"]["orderLinkId"]) == (0, "7", "ws")
    assert (again["retCode"], again["reqId"]) == (110072, "8")
    assert filled["data"][0]["orderId"] == taken["data"]["orderId"]


@pytest.mark.parametrize(
    "said",
    [
        {"header": {"X-BAPI-TIMESTAMP": "soon"}, "args": [{}]},
        {"header": "soon", "args": [{}]},
        {"header": {}, "args": "order"},
        {"op": "order.create-batch", "args": [{"request": 5}]},
    ],
)
def test_a_socket_that_trades_refuses_nonsense_and_stays(sim: Sim, said: dict[str, Any]) -> None:
    head = {"X-BAPI-TIMESTAMP": str(wall.time_ns() // 1_000_000)}
    trade = authorised(sim, "/v5/trade")
    refused = trade.say(**({"op": "order.create", "reqId": "7", "header": head} | said))
    pong = trade.say(op="ping")
    trade.close()

    assert refused["retCode"] in {10001, 10002}
    assert pong["op"] == "pong"


def test_frames_carry_a_running_number(sim: Sim, time: Pacer) -> None:
    public = Bare(sim, "/v5/public/linear")
    public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])
    for second in (4, 6, 8):
        time.until(second)
    numbers = [public.hear()["n"] for _ in range(3)]
    public.close()

    assert numbers == [1, 2, 3]
    assert time.now["public"] == 3
