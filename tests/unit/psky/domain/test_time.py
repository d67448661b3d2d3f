"""Time that nobody sets back."""

from __future__ import annotations

import time

import pytest

from psky.domain.time import SECOND_US, steady_us


def test_it_is_the_wall_clock() -> None:
    assert abs(steady_us() - time.time_ns() // 1000) < 3600 * SECOND_US


def test_it_goes_on_where_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before_us = steady_us()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert steady_us() >= before_us
