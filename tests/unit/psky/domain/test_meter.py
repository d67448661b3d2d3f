from __future__ import annotations

import pytest

from psky.domain.meter import Meter


def test_rate_and_time_left_follow_the_looks() -> None:
    meter = Meter()
    meter.look(10.0, 100)
    assert meter.rate is None
    assert meter.eta_s(400) is None
    meter.look(12.0, 200)
    assert meter.rate == pytest.approx(50.0)
    assert meter.eta_s(400) == pytest.approx(4.0)


def test_no_progress_has_no_rate() -> None:
    meter = Meter()
    meter.look(1.0, 5)
    meter.look(2.0, 5)
    assert meter.rate is None


def test_a_stage_that_counts_anew_is_measured_anew() -> None:
    meter = Meter()
    for second, done in ((0.0, 0), (1.0, 1000), (2.0, 0), (4.0, 20)):
        meter.look(second, done)
    assert meter.rate == pytest.approx(10.0)


def test_a_change_of_pace_shows() -> None:
    meter = Meter()
    for second in range(100):
        meter.look(float(second), second)
    for second in range(100, 200):
        meter.look(float(second), 100 + (second - 100) * 9)
    assert meter.rate == pytest.approx(9.0)
