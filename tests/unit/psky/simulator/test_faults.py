"""Faults: what goes wrong goes wrong as asked, and nothing else does."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import websocket
from pybit.exceptions import FailedRequestError, InvalidRequestError

from psky.errors import SpecError
from psky.simulator.faults import Fault, FaultPlan, Faults, read_plan
from tests.sim_site import ABOUT, SYMBOL, Sim, columns_of, pacer, sim_tape, simulated
from tests.unit.psky.simulator.test_streams import Bare

PRICES = [100.0, 100.1] * 10
ORDER = {**ABOUT, "side": "Buy", "orderType": "Limit", "qty": "1", "price": "90"}


def plan(*faults: Fault) -> FaultPlan:
    return FaultPlan(faults=faults)


def spoilt(*faults: Fault) -> Any:
    return simulated(sim_tape(columns_of(PRICES)), plan=plan(*faults))


def test_the_same_seed_draws_the_same_faults() -> None:
    rule = Fault(kind="drop", share=0.5)
    draws = [
        [faults.of_frame("public", "t", 0.0) is not None for _ in range(50)]
        for faults in (Faults(FaultPlan(seed=1, faults=(rule,))), Faults(FaultPlan(seed=1, faults=(rule,))))
    ]
    assert draws[0] == draws[1]
    assert 10 < Counter(draws[0])[True] < 40


def test_a_rule_holds_in_its_place_its_time_and_so_often() -> None:
    faults = Faults(plan(Fault(kind="drop", on="private", path="order", count=1, from_s=5, until_s=9)))
    assert faults.of_frame("public", "order", 6) is None
    assert faults.of_frame("private", "wallet", 6) is None
    assert faults.of_frame("private", "order", 4) is None
    assert faults.of_frame("private", "order", 6) is not None
    assert faults.of_frame("private", "order", 7) is None


def test_a_plan_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text('seed = 3\n[[faults]]\nkind = "http"\nstatus = 403\npath = "/v5/order"\n', encoding="utf-8")
    assert read_plan(path) == FaultPlan(seed=3, faults=(Fault(kind="http", status=403, path="/v5/order"),))
    path.write_text('[[faults]]\nkind = "http"\nstatsu = 403\n', encoding="utf-8")
    with pytest.raises(SpecError, match="statsu"):
        read_plan(path)
    with pytest.raises(SpecError, match=r"missing\.toml"):
        read_plan(tmp_path / "missing.toml")


@pytest.mark.parametrize("status", [403, 429])
def test_an_answer_of_http_comes_instead(status: int) -> None:
    with spoilt(Fault(kind="http", status=status, path="/v5/order")) as sim:
        with pytest.raises(FailedRequestError):
            sim.http(max_retries=1).place_order(**ORDER)
        assert sim.http().get_positions(**ABOUT)["retCode"] == 0
        assert sim.state()["orders"] == []


@pytest.mark.parametrize("code", [10016, 10000])
def test_a_code_comes_instead(code: int) -> None:
    with spoilt(Fault(kind="ret_code", code=code, count=1)) as sim:
        with pytest.raises(InvalidRequestError) as refused:
            sim.http().place_order(**ORDER)
        assert refused.value.status_code == code
        assert sim.http().place_order(**ORDER)["retCode"] == 0


def test_a_clock_that_is_off_refuses_what_is_signed_by_the_right_one() -> None:
    with (
        simulated(sim_tape(columns_of(PRICES)), plan=FaultPlan(skew_ms=60_000)) as sim,
        pytest.raises((InvalidRequestError, FailedRequestError), match=r"10002|retries"),
    ):
        sim.http(max_retries=1, retry_codes={0}).get_positions(**ABOUT)


def test_an_order_that_was_acknowledged_is_lost() -> None:
    with spoilt(Fault(kind="lost_request", path="/v5/order/create", count=1)) as sim:
        answer = sim.http().place_order(**ORDER, orderLinkId="lost")
        found = sim.http().get_open_orders(**ABOUT, orderLinkId="lost")["result"]["list"]
        assert (answer["retCode"], found) == (0, [])
        assert sim.http().place_order(**ORDER, orderLinkId="lost")["retCode"] == 0


def test_an_order_without_an_answer_is_there() -> None:
    with spoilt(Fault(kind="lost_answer", path="/v5/order/create", count=1)) as sim:
        with pytest.raises(Exception, match=r"[Cc]onnection|retries"):
            sim.http(max_retries=1).place_order(**ORDER, orderLinkId="there")
        assert len(sim.http().get_open_orders(**ABOUT, orderLinkId="there")["result"]["list"]) == 1


def frames(sim: Sim, count: int) -> list[int]:
    public = Bare(sim, "/v5/public/linear")
    public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])
    with pacer(sim) as time:
        for second in (4, 6, 8, 10):
            time.until(second)
        numbers = [public.hear()["n"] for _ in range(count)]
    public.close()
    return numbers


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("drop", [2, 3, 4]), ("duplicate", [1, 1, 2, 3, 4]), ("reorder", [2, 1, 3, 4]), ("delay", [1, 2, 3, 4])],
)
def test_frames_are_lost_doubled_and_turned_round(kind: Any, numbers: list[int]) -> None:
    with spoilt(Fault(kind=kind, on="public", count=1, seconds=0.01)) as sim:
        assert frames(sim, len(numbers)) == numbers


def test_a_frame_is_cut_in_the_middle_and_the_socket_is_gone() -> None:
    with spoilt(Fault(kind="cut", on="public", count=1)) as sim, pacer(sim) as time:
        public = Bare(sim, "/v5/public/linear")
        public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])
        time.until(4)
        with pytest.raises((websocket.WebSocketException, OSError)):
            public.hear()
        public.close()


def test_a_silent_socket_says_nothing_at_all() -> None:
    with spoilt(Fault(kind="silent", on="public", count=1, seconds=600)) as sim, pacer(sim) as time:
        public = Bare(sim, "/v5/public/linear")
        public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])
        time.until(4)
        public.patience(0.3)
        with pytest.raises(websocket.WebSocketTimeoutException):
            public.say(op="ping")
        public.close()


def test_a_restart_breaks_every_socket_and_keeps_every_order() -> None:
    with spoilt(Fault(kind="restart", path="/v5/market/time", count=1, seconds=0.2)) as sim:
        public = Bare(sim, "/v5/public/linear")
        assert sim.http().place_order(**ORDER, orderLinkId="kept")["retCode"] == 0
        with pytest.raises((http.client.HTTPException, urllib.error.URLError, OSError)):
            urllib.request.urlopen(f"{sim.url}/v5/market/time", timeout=10)
        with pytest.raises((websocket.WebSocketException, OSError)):
            public.hear()
        public.close()
        while is_down(sim):
            pass
        assert len(sim.http().get_open_orders(**ABOUT)["result"]["list"]) == 1


def is_down(sim: Sim) -> bool:
    try:
        urllib.request.urlopen(f"{sim.url}/v5/market/time", timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code == HTTPStatus.SERVICE_UNAVAILABLE
    return False


def test_faults_are_set_and_cleared_while_it_runs() -> None:
    with spoilt() as sim:
        assert change(sim, "POST", {"faults": [{"kind": "ret_code", "code": 10016}]})["counts"] == [0]
        with pytest.raises(InvalidRequestError):
            sim.http().get_positions(**ABOUT)
        assert sim.get("/sim/faults")["counts"] == [1]
        change(sim, "DELETE")
        assert sim.http().get_positions(**ABOUT)["retCode"] == 0
        with pytest.raises(urllib.error.HTTPError) as refused:
            change(sim, "POST", {"faults": [{"kind": "flood"}]})
        refused.value.close()


def change(sim: Sim, method: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
    body = json.dumps(values).encode() if values else None
    request = urllib.request.Request(f"{sim.url}/sim/faults", data=body, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
