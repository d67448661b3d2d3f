"""What is in doubt is asked about before the guard trips on it."""

from __future__ import annotations

from unittest.mock import Mock

from psky.domain.time import SECOND_US
from psky.live.exchange.port import PositionState
from psky.live.limits import LiveLimits
from psky.live.orders import OwnOrders
from psky.live.watch import Watch
from tests.bybit_answers import RULES

LIMITS = LiveLimits(disagreement_s=10.0, naked_s=4.0)
START_US = 1_000 * SECOND_US


def _watch(lots: int, ours: int, stop_ticks: float = 0.0) -> Watch:
    desk = Mock(rules=RULES, orders=OwnOrders(), last_ticks=100)
    desk.orders.lots = ours
    desk.brain.trader.realised = 0
    desk.brain.trader.running.return_value = 0
    held = PositionState(lots=lots, entry_ticks=100.0, stop_ticks=stop_ticks)
    return Watch(desk, 5.0, position=held, heard_us={"public": START_US, "private": START_US})


def _doubts(watch: Watch, *seconds: float) -> list[bool]:
    said = []
    for second in seconds:
        now_us = START_US + int(second * SECOND_US)
        watch.facts(now_us)
        said.append(watch.is_in_doubt(now_us, LIMITS))
    return said


def test_books_that_differ_are_compared_again_after_half_of_the_time() -> None:
    watch = _watch(lots=3, ours=0)
    assert _doubts(watch, 0, 4.9, 5, 5.1, 9.9, 10) == [False, False, True, False, False, True]


def test_a_position_without_a_stop_is_asked_about() -> None:
    assert _doubts(_watch(lots=3, ours=3), 0, 2) == [False, True]


def test_books_that_agree_and_a_stop_at_the_exchange_leave_no_doubt() -> None:
    assert _doubts(_watch(lots=3, ours=3, stop_ticks=90.0), 0, 60) == [False, False]
