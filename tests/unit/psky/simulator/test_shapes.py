"""Every key of a recorded message is in ours, with the same type.

`shapes.json` names the keys as the exchange documents them; the recordings themselves, where they are present, are
compared too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.shared import shared
from tests.sim_site import ABOUT, SYMBOL, Sim, columns_of, pacer, sim_tape, simulated
from tests.unit.psky.simulator.test_streams import Bare, authorised

SHAPES: dict[str, Any] = json.loads(Path(__file__).with_name("shapes.json").read_text(encoding="utf-8"))
PRICES = [100.0, 100.1] * 10 + [101.0, 100.0] * 10
NAUTILUS = "data/bybit_fixtures/nautilus/crates/adapters/bybit/test_data"
RECORDING = "data/bybit_fixtures/cryptofeed_recordings_2026/BYBIT.jsonl.zst"
# Not of linear perpetuals, or (the last) misspelt by its recorder.
FOREIGN = {"nextPageCursor", "totalPerpUpl", "deliveryFeeRate", "category"}
SAME_AS = {
    "http_get_orders_realtime.json": "order/realtime",
    "http_get_orders_realtime_tp_sl.json": "order/realtime",
    "http_get_orders_history.json": "order/history",
    "http_get_executions.json": "execution/list",
    "http_get_positions.json": "position/list",
    "http_get_positions_with_open_time.json": "position/list",
    "http_get_wallet_balance.json": "account/wallet-balance",
    "http_get_account_info.json": "account/info",
    "http_get_fee_rate.json": "account/fee-rate",
    "http_get_instruments_linear.json": "market/instruments-info",
    "http_get_klines_linear.json": "market/kline",
    "http_get_orderbook.json": "market/orderbook",
    "http_get_trades_recent.json": "market/recent-trade",
    "ws_account_order.json": "stream order",
    "ws_account_order_filled.json": "stream order",
    "ws_account_order_stop_loss.json": "stream order",
    "ws_account_order_take_profit.json": "stream order",
    "ws_account_execution.json": "stream execution",
    "ws_account_execution_fast.json": "stream execution.fast",
    "ws_account_position.json": "stream position",
    "ws_account_wallet.json": "stream wallet",
    "ws_ticker_linear.json": "stream tickers",
    "ws_kline.json": "stream kline",
    "ws_subscription_ack.json": "stream subscribe",
}
RECORDED = {"publicTrade": "stream publicTrade", "tickers": "stream tickers", "kline": "stream kline"}


def kind(value: Any) -> str:
    """Return the JSON type of a value; null is any."""
    return {dict: "object", list: "list", str: "text", bool: "truth", int: "number", float: "number"}.get(
        type(value), "any"
    )


def shape(value: Any) -> Any:
    """Return a value with its leaves replaced by their types; of a list the first entry stands for all."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return kind(value)


def missing(wanted: Any, found: Any, at: str = "") -> list[str]:
    """Return where `found` lacks a key of `wanted`, or has it with another type."""
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return [f"{at}: expected an object"]
        names = wanted.keys() - FOREIGN
        lost = [f"{at}.{name}: missing" for name in sorted(names - found.keys())]
        return lost + [
            one for name in names & found.keys() for one in missing(wanted[name], found[name], f"{at}.{name}")
        ]
    if isinstance(wanted, list):
        if not isinstance(found, list):
            return [f"{at}: expected a list"]
        return missing(wanted[0], found[0], f"{at}[]") if wanted and found else []
    return [] if "any" in {wanted, found} or wanted == found else [f"{at}: expected {wanted}, found {found}"]


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    """One message of each kind, from a session with orders, fills and a stop."""
    with simulated(sim_tape(columns_of(PRICES))) as sim, pacer(sim) as time:
        public, private = Bare(sim, "/v5/public/linear"), authorised(sim)
        found = {"stream subscribe": public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])}
        public.say(op="subscribe", args=[f"tickers.{SYMBOL}", f"kline.1.{SYMBOL}", f"orderbook.1.{SYMBOL}"])
        topics = ["order", "execution", "execution.fast", "position", "wallet"]
        private.say(op="subscribe", args=topics)
        http = sim.http()
        http.place_order(**ABOUT, side="Buy", orderType="Market", qty="1", stopLoss="90.0")
        time.until(5)
        http.place_order(**ABOUT, side="Sell", orderType="Market", qty="0.5", reduceOnly=True)
        time.until(8)
        found |= {f"stream {topic}": one for topic, one in heard(public, time.now["public"] + 4).items()}
        found |= {f"stream {topic}": one for topic, one in heard(private, time.now["private"]).items()}
        found |= dict(answers(sim))
        public.close()
        private.close()
    return found


def heard(socket: Bare, count: int) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for _ in range(count):
        message = socket.hear()
        topic = message["topic"].removesuffix(f".{SYMBOL}").removesuffix(".1")
        messages.setdefault(topic, message)
        if (
            message.get("data")
            and isinstance(message["data"], list)
            and message["data"][0].get("size") not in {None, "0"}
        ):
            messages[topic] = message
    return messages


def answers(sim: Sim) -> Iterator[tuple[str, Any]]:
    http = sim.http()
    linear = {"category": "linear"}
    yield "order/realtime", http.get_open_orders(**ABOUT)
    yield "order/history", http.get_order_history(**linear)
    yield "execution/list", http.get_executions(**linear)
    yield "position/list", http.get_positions(**ABOUT)
    yield "position/closed-pnl", http.get_closed_pnl(**ABOUT)
    yield "account/wallet-balance", http.get_wallet_balance(accountType="UNIFIED")
    yield "account/info", http.get_account_info()
    yield "account/fee-rate", http.get_fee_rates(**linear)
    yield "account/transaction-log", http.get_transaction_log(**linear)
    yield "asset/coin/query-info", http.get_coin_info()
    yield "user/query-api", http.get_api_key_information()
    yield "market/instruments-info", http.get_instruments_info(**ABOUT)
    yield "market/kline", http.get_kline(**ABOUT, interval=1)
    yield "market/orderbook", http.get_orderbook(**ABOUT)
    yield "market/recent-trade", http.get_public_trade_history(**ABOUT)
    yield "market/tickers", http.get_tickers(**ABOUT)
    yield "market/time", http.get_server_time()
    order = {"side": "Buy", "orderType": "Limit", "qty": "1", "price": "90"}
    yield "order/pre-check", http.pre_check_order(**ABOUT, **order)
    yield "order/create", http.place_order(**ABOUT, **order)


@pytest.mark.parametrize("name", SHAPES)
def test_a_message_has_every_documented_key(ours: dict[str, Any], name: str) -> None:
    assert missing(SHAPES[name], shape(ours[name])) == []


@pytest.mark.parametrize("name", SAME_AS)
def test_a_message_has_every_key_of_its_fixture(ours: dict[str, Any], name: str) -> None:
    fixture = json.loads((shared(NAUTILUS) / name).read_text(encoding="utf-8"))

    assert missing(shape(fixture), shape(ours[SAME_AS[name]])) == []


def test_market_messages_have_every_key_of_the_recording(ours: dict[str, Any]) -> None:
    path = shared(RECORDING)
    lines = duckdb.read_json(str(path), columns={"t": "VARCHAR", "data": "VARCHAR"}, format="newline_delimited")
    recorded = [json.loads(row[0]) for row in lines.filter("t = 'recv'").select("data").fetchall()]
    linear = [one for one in recorded if one.get("type") == "snapshot" and one["topic"].endswith("BTCUSDT")]
    checked = set()
    for message in linear:
        topic = message["topic"].split(".")[0]
        if topic in RECORDED and "fundingRate" not in {*shape(message)} and topic not in checked:
            checked.add(topic)
            assert missing(shape(message), shape(ours[RECORDED[topic]])) == []

    assert checked == set(RECORDED)


def test_the_comparison_finds_what_is_missing() -> None:
    assert missing({"a": "text", "b": ["number"]}, {"b": ["text"]}) == [
        ".a: missing",
        ".b[]: expected number, found text",
    ]
    assert missing({"a": "any"}, {"a": "text", "more": "text"}) == []
