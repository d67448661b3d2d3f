"""A free simulation moves with the wall, ends with its tape, and cuts sockets that say nothing."""

from __future__ import annotations

import time
from typing import Any

import websocket

from psky.simulator.config import SimConfig
from psky.simulator.streams.socket import header
from tests.sim_site import ABOUT, SYMBOL, Sim, columns_of, sim_tape, simulated
from tests.unit.psky.simulator.test_streams import Bare

FREE = SimConfig(pace="free", rate_limits=False)
PRICES = [100.0, 100.1] * 300


def until(sim: Sim, path: str, wanted: Any) -> dict[str, Any]:
    """Ask until the answer is as wanted."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = sim.get(path)
        if wanted(found):
            return found
    raise AssertionError(found)


def test_orders_fill_as_the_tape_runs_and_it_ends() -> None:
    with simulated(sim_tape(columns_of(PRICES)), config=FREE, speed=300.0) as sim:
        sim.http().place_order(**ABOUT, side="Buy", orderType="Market", qty="1", orderLinkId="in", stopLoss="50.0")
        held = until(sim, "/sim/state", lambda state: state["net_lots"] == 1000)
        over = until(sim, "/sim/state", lambda state: state["row"] == len(PRICES) and not state["venue_orders"])

    assert held["orders"][0]["stopOrderType"] == "StopLoss"
    assert over["equity"] == over["equity_exact"]


def test_trades_come_in_order_and_none_is_missed() -> None:
    with simulated(sim_tape(columns_of(PRICES)), config=FREE, speed=600.0) as sim:
        public = Bare(sim, "/v5/public/linear")
        public.say(op="subscribe", args=[f"publicTrade.{SYMBOL}"])
        rows: list[int] = []
        while not rows or rows[-1] < len(PRICES) - 1:
            rows += [row["seq"] for row in public.hear()["data"]]
        public.close()

    assert rows == list(range(rows[0], len(PRICES)))


def test_a_socket_that_says_nothing_is_cut() -> None:
    config = SimConfig(pace="client", idle_cut_s=0.2)
    with simulated(sim_tape(columns_of(PRICES)), config=config) as sim:
        socket = websocket.create_connection(f"{sim.websocket_url}/v5/public/linear", timeout=20)
        opcode, _ = socket.recv_data()
        socket.shutdown()  # type: ignore[no-untyped-call]  # its author left the annotation out

    assert opcode == websocket.ABNF.OPCODE_CLOSE


def test_the_header_of_a_frame_grows_with_it() -> None:
    assert [len(header(length)) for length in (10, 125, 126, 65_535, 65_536)] == [2, 2, 4, 4, 10]
