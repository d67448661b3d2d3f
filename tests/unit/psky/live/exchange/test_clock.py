"""A skew is what the way there and back cannot explain."""

from __future__ import annotations

import pytest

from psky.live.exchange.clock import ClockReading, read_clock


@pytest.mark.parametrize(
    ("asked_us", "doubt_us", "skew_us"),
    [(600, 0, 600), (600, 100, 500), (-600, 100, -500), (600, 2_000, 0), (-600, 600, 0)],
)
def test_a_slow_answer_is_no_clock_that_is_off(asked_us: int, doubt_us: int, skew_us: int) -> None:
    assert ClockReading(server_us=0, asked_us=asked_us, doubt_us=doubt_us).skew_us == skew_us


def test_a_clock_is_read_in_the_middle_of_asking() -> None:
    now_us = iter((100, 300))
    read = read_clock(lambda: next(now_us), lambda: {"timeNano": "150000"})
    assert read == ClockReading(server_us=150, asked_us=200, doubt_us=100)
    assert read.skew_us == 0
