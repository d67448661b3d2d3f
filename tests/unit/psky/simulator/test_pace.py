"""Lock-step: the simulator waits for its client, and does what a replay does at each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sim_site import ABOUT, SECOND_US, START_US, Pacer, Sim, columns_of, pacer, sim_tape, simulated

PRICES = [100.0, 100.1, 100.0, 100.1, 100.0, 100.1, 100.5, 100.1, 100.0, 100.1]
LATENCY_US = 10_000


@pytest.fixture
def sim() -> Iterator[Sim]:
    with simulated(sim_tape(columns_of(PRICES))) as running:
        yield running


def second(tick: dict[str, int]) -> float:
    return (tick["ts_us"] - START_US) / SECOND_US


def test_the_first_tick_is_the_start_and_wakes_come_as_asked(time: Pacer) -> None:
    assert second(time.now) == 2
    tick = time.step(START_US + 4 * SECOND_US + 500_000)
    assert (second(tick), tick["wake"]) == (4.5, True)
    tick = time.step(START_US)
    assert (second(tick), tick["wake"]) == (4.5, True)


def test_a_step_ends_at_the_first_happening_before_the_wake(sim: Sim, time: Pacer) -> None:
    sim.http().place_order(**ABOUT, side="Buy", orderType="Market", qty="1", orderLinkId="in")
    accepted, filled = time.step(None), time.step(None)

    assert (accepted["ts_us"], accepted["wake"]) == (START_US + 2 * SECOND_US + LATENCY_US + 1, False)
    assert (second(filled), filled["wake"]) == (3, False)


def test_a_declared_command_leaves_when_it_says_and_an_armed_one_is_there(sim: Sim, time: Pacer) -> None:
    http, sent_us = sim.http(), START_US + 3 * SECOND_US + 500_000
    time.declare("late", sent_us)
    http.place_order(**ABOUT, side="Buy", orderType="Market", qty="1", orderLinkId="late")
    assert time.step(None)["ts_us"] == sent_us + LATENCY_US + 1
    time.step(None)

    time.declare("out", 0, armed=True)
    http.place_order(**ABOUT, side="Sell", orderType="Market", qty="1", orderLinkId="out", reduceOnly=True)
    assert second(time.step(None)) == 5
    assert sim.state()["net_lots"] == 0


def test_a_print_outside_the_quiet_band_ends_the_step(time: Pacer) -> None:
    wake_us = START_US + 9 * SECOND_US
    loud = time.step(wake_us, quiet=(990, 1004))
    assert (second(loud), loud["wake"]) == (6, False)
    assert time.step(wake_us, quiet=(990, 1004))["wake"]


def test_orders_at_market_fill_at_the_end_and_the_rest_is_cancelled(sim: Sim, time: Pacer) -> None:
    http = sim.http()
    http.place_order(**ABOUT, side="Buy", orderType="Market", qty="1", orderLinkId="in")
    http.place_order(**ABOUT, side="Buy", orderType="Limit", price="90", qty="1", orderLinkId="bid")
    while not time.now["end"]:
        time.step(None)
    assert second(time.now) == 9
    time.declare("out", time.now["ts_us"], armed=True)
    http.place_order(**ABOUT, side="Sell", orderType="Market", qty="1", orderLinkId="out", reduceOnly=True)
    over = time.step(None)
    ended = {row["orderLinkId"]: row["orderStatus"] for row in http.get_order_history(**ABOUT)["result"]["list"]}

    assert over["over"]
    assert ended == {"in": "Filled", "bid": "Cancelled", "out": "Filled"}
    assert sim.state()["net_lots"] == 0


def test_a_second_client_is_turned_away(sim: Sim, time: Pacer) -> None:
    del time
    with Pacer(sim.websocket_url) as second_client:
        assert second_client.now["op"] == "error"


def test_a_client_that_comes_back_goes_on(sim: Sim) -> None:
    with pacer(sim) as first:
        first.until(5)
    with pacer(sim) as again:
        assert second(again.now) == 5
