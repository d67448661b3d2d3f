"""The client never sends blindly twice, and says what became of each command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from psky.domain.side import Side
from psky.domain.time import DAY_US, SECOND_US
from psky.engine.codes import OrderKind
from psky.engine.messages import Amend, Cancel, OrderType, Place
from psky.errors import ExchangeError
from psky.live.exchange.bybit import PAUSES_S, Bybit
from psky.live.exchange.classes import class_of_code
from psky.live.exchange.port import Sending, Settled, Stage
from psky.live.exchange.rest import Reply
from tests.bybit_answers import LINEAR

SYMBOL = "BTCUSDT"
WEEK_MS = 7 * DAY_US // 1000
PLACE = Place(
    order_id=0,
    name="t-0-0",
    kind=OrderKind.ENTRY,
    side=Side.LONG,
    type=OrderType.LIMIT,
    price_ticks=60_001,
    lots=3,
    armed=False,
)
STOP = Place(
    order_id=1,
    name="t-0-1",
    kind=OrderKind.STOP,
    side=Side.SHORT,
    type=OrderType.STOP,
    price_ticks=59_000,
    lots=3,
    armed=True,
)
AMEND = Amend(order_id=0, name="t-0-0", type=OrderType.LIMIT, price_ticks=60_002, lots=3, version=1, armed=False)
CANCEL = Cancel(order_id=0, name="t-0-0", armed=False)
SENDING = Sending(sent_us=5, disaster_stop_ticks=58_000)
SILENCE = "silence"


@dataclass
class Exchange:
    """Answers posts by a script of codes; `SILENCE` and what follows `+` carries the order out, or not."""

    script: list[int | str]
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    errors: int = 0
    now_us: int = 0
    takes_us: int = 0
    """What each request takes."""
    executed_ms: tuple[int, ...] = ()

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now_us += int(seconds * SECOND_US)

    def get(self, path: str, *, auth: bool = True, **query: Any) -> Reply:  # noqa: ANN401 - as the real one
        del auth
        self.now_us += self.takes_us
        if path.endswith("instruments-info"):
            return _reply(0, {"category": "linear", "list": [LINEAR]})
        if path.endswith("execution/list"):
            return self._executed(query["startTime"], query.get("endTime"))
        found = self.orders.get(query["orderLinkId"])
        return _reply(0, {"list": [found] if found and path.endswith("realtime") else []})

    def _executed(self, start_ms: int, end_ms: int | None) -> Reply:
        """List the newest first, and without an end a week from the start, as Bybit does."""
        last_ms = start_ms + WEEK_MS if end_ms is None else end_ms
        assert last_ms - start_ms <= WEEK_MS
        rows = [execution(at_ms) for at_ms in self.executed_ms if start_ms <= at_ms <= last_ms]
        return _reply(0, {"list": rows[::-1], "nextPageCursor": ""})

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        self.now_us += self.takes_us
        self.posts.append((path, body))
        step = self.script.pop(0)
        if step == 0 or (isinstance(step, str) and step.endswith("+")):
            self.orders[body["orderLinkId"]] = order(body["orderLinkId"])
        return _reply(step if isinstance(step, int) else None)


def _reply(code: int | None, result: Mapping[str, Any] | None = None) -> Reply:
    meaning = class_of_code(10000 if code is None else code)
    return Reply(meaning=meaning, code=code or 0, message=str(code), result=result or {}, server_us=0)


def order(name: str, status: str = "New", **more: str) -> dict[str, Any]:
    return {"orderLinkId": name, "orderId": "x", "orderStatus": status, "side": "Buy", "qty": "0.003"} | more


def execution(at_ms: int) -> dict[str, Any]:
    said = {"orderLinkId": "t-0-0", "execId": str(at_ms), "execType": "Trade", "execTime": str(at_ms), "side": "Buy"}
    return said | {"execPrice": "6000", "execQty": "0.001", "orderQty": "0.001", "leavesQty": "0"}


def _client(*script: int | str) -> tuple[Bybit, Exchange]:
    exchange = Exchange(list(script))
    return Bybit(exchange, SYMBOL, {"t-0-0": 0}.get), exchange


def test_an_order_goes_out_in_strings_of_the_instruments_steps() -> None:
    client, exchange = _client(0)
    assert client.send(PLACE, SENDING).settled is Settled.ACCEPTED
    ((path, body),) = exchange.posts
    assert path == "/v5/order/create"
    assert (body["price"], body["qty"], body["stopLoss"]) == ("6000.1", "0.003", "5800")
    assert (body["timeInForce"], body["reduceOnly"], body["orderLinkId"]) == ("PostOnly", False, "t-0-0")


def test_a_stop_is_a_conditional_order_that_reduces() -> None:
    client, exchange = _client(0)
    client.send(STOP, Sending(sent_us=5))
    body = exchange.posts[0][1]
    assert (body["triggerPrice"], body["triggerDirection"], body["orderType"]) == ("5900", 2, "Market")
    assert body["reduceOnly"]
    assert "stopLoss" not in body
    assert "price" not in body


def test_an_order_that_was_carried_out_without_an_answer_is_not_sent_again() -> None:
    client, exchange = _client("silence+")
    answer = client.send(PLACE, SENDING)
    assert answer.settled is Settled.FOUND
    assert answer.state is not None
    assert answer.state.stage is Stage.OPEN
    assert len(exchange.posts) == 1


def test_an_order_that_got_lost_is_sent_again_under_the_same_name() -> None:
    client, exchange = _client(SILENCE, SILENCE, 0)
    assert client.send(PLACE, SENDING).settled is Settled.ACCEPTED
    assert {body["orderLinkId"] for _, body in exchange.posts} == {"t-0-0"}
    assert len(exchange.posts) == 3


def test_one_that_arrives_after_the_look_up_is_found_by_its_duplicate_name() -> None:
    client, exchange = _client(SILENCE, 110072)
    exchange.orders = _Late(1)
    assert client.send(PLACE, SENDING).settled is Settled.FOUND


class _Late(dict[str, dict[str, Any]]):
    """Knows the order only after some look-ups."""

    def __init__(self, blind: int) -> None:
        super().__init__()
        self.blind = 2 * blind  # a look-up asks for open orders, then for history

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict's
        self.blind -= 1
        return default if self.blind >= 0 else order(name)


@pytest.mark.parametrize("code", [10006, 10002, 110079])
def test_what_was_surely_not_carried_out_is_sent_again_after_a_pause(code: int) -> None:
    client, exchange = _client(code, 0)
    assert client.send(PLACE, SENDING).settled is Settled.ACCEPTED
    assert exchange.paused == [PAUSES_S[0]]


@pytest.mark.parametrize("code", [110007, 110017, 10001, 424242])
def test_a_refusal_is_final(code: int) -> None:
    client, exchange = _client(code)
    answer = client.send(PLACE, SENDING)
    assert (answer.settled, answer.code, len(exchange.posts)) == (Settled.REFUSED, code, 1)


@pytest.mark.parametrize("code", [10003, 10004, 33004])
def test_a_key_that_does_not_work_stops_everything(code: int) -> None:
    client, _ = _client(code)
    with pytest.raises(ExchangeError, match="serve this key"):
        client.send(PLACE, SENDING)


def test_what_nobody_can_tell_is_unknown() -> None:
    client, exchange = _client(*[SILENCE] * (len(PAUSES_S) + 1))
    assert client.send(PLACE, SENDING).settled is Settled.UNKNOWN
    assert len(exchange.posts) == len(PAUSES_S) + 1


def test_a_cancel_without_an_answer_is_sent_again_while_the_order_is_open() -> None:
    client, exchange = _client(SILENCE, 0)
    exchange.orders["t-0-0"] = order("t-0-0")
    assert client.send(CANCEL, SENDING).settled is Settled.ACCEPTED
    assert len(exchange.posts) == 2


def test_a_cancel_or_amendment_that_comes_too_late_tells_how_the_order_ended() -> None:
    for command in (CANCEL, AMEND):
        client, exchange = _client(110001)
        exchange.orders["t-0-0"] = order("t-0-0", "Filled", cumExecQty="0.003")
        answer = client.send(command, SENDING)
        assert answer.settled is Settled.FOUND
        assert answer.state is not None
        assert (answer.state.stage, answer.state.filled_lots) == (Stage.FILLED, 3)


@pytest.mark.parametrize("status", ["Cancelled", "Rejected"])
def test_a_post_only_order_that_would_take_was_rejected_by_either_word(status: str) -> None:
    client, _ = _client()
    state = client.reading.order(order("t-0-0", status, rejectReason="EC_PostOnlyWillTakeLiquidity"))
    assert state.stage is Stage.REJECTED


def test_money_of_an_execution_is_exact() -> None:
    client, _ = _client()
    execution = client.reading.execution(
        {
            "orderLinkId": "t-0-0",
            "execId": "7",
            "execType": "Trade",
            "execTime": "1672364174443.25",
            "side": "Sell",
            "execPrice": "6000.1",
            "execQty": "0.002",
            "orderQty": "0.003",
            "leavesQty": "0.001",
            "isMaker": True,
            "execFee": "-0.00240004",
            "feeRate": "-0.0002",
        }
    )
    fill = execution.fill
    assert (fill.price_ticks, fill.lots, fill.cumulative_lots, fill.left_lots) == (60_001, 2, 2, 1)
    assert (fill.ts_us, fill.execution, fill.side, fill.maker) == (1672364174443250, 7, Side.SHORT, True)
    assert fill.fee == -24_000_400_000  # 60,001 ticks x 2 lots x 0.0002, in billionths


def test_executions_of_more_than_a_week_are_all_listed_the_oldest_first() -> None:
    client, exchange = _client()
    start_ms = 1_700_000_000_000
    exchange.executed_ms = tuple(start_ms + day * DAY_US // 1000 for day in range(0, 22, 3))
    found = client.executions(start_ms * 1000, exchange.executed_ms[-1] * 1000 + 1)
    assert [one.fill.ts_us // 1000 for one in found] == list(exchange.executed_ms)


@pytest.mark.parametrize("code", [10014, 110072])
def test_an_order_that_the_exchange_has_had_but_does_not_show_yet_is_not_refused(code: int) -> None:
    client, _ = _client(SILENCE, code)
    assert client.send(PLACE, SENDING).settled is Settled.UNKNOWN


def test_a_command_that_nobody_answers_to_is_given_up_before_long() -> None:
    client, exchange = _client(*[SILENCE] * 9)
    exchange.takes_us, start_us = 3 * SECOND_US, exchange.now_us
    assert client.send(PLACE, SENDING).settled is Settled.UNKNOWN
    assert exchange.now_us - start_us <= 16 * SECOND_US


def test_an_answer_that_lists_nothing_is_no_empty_list() -> None:
    client, exchange = _client()
    exchange.get = lambda *_args, **_query: _reply(0, {})  # type: ignore[method-assign]
    with pytest.raises(ExchangeError, match="list something"):
        client.position()
    with pytest.raises(ExchangeError, match="list something"):
        client.open_orders()
