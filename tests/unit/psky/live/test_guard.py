"""Each rule trips at its limit and not before, says why, and holds until somebody arms it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from psky.live.guard import MINUTE_US, Facts, Guard, Rule
from psky.live.limits import LiveLimits

SECOND = 1_000_000
LIMITS = LiveLimits()
NOW = 1_000 * 86_400 * SECOND + 3_600 * SECOND
CALM = Facts(
    now_us=NOW,
    equity_usdt=10_000.0,
    last_public_us=NOW,
    last_private_us=NOW,
    skew_us=1000,
    position_usdt=0.0,
    error_count=0,
)


def _guard() -> Guard:
    guard = Guard(LIMITS, "USDT")
    assert guard.check(CALM) is None
    return guard


@pytest.mark.parametrize(
    ("rule", "at_limit", "beyond"),
    [
        (Rule.DAILY_LOSS, {"equity_usdt": 9_700.0}, {"equity_usdt": 9_699.9}),
        (Rule.POSITION, {"position_usdt": -100_000.0}, {"position_usdt": -100_001.0}),
        (Rule.CLOCK, {"skew_us": -500_000}, {"skew_us": -500_001}),
        (Rule.ERRORS, {"error_count": 30}, {"error_count": 31}),
        (Rule.STALE_PUBLIC, {"last_public_us": NOW - 120 * SECOND}, {"last_public_us": NOW - 121 * SECOND}),
        (Rule.STALE_PRIVATE, {"last_private_us": NOW - 60 * SECOND}, {"last_private_us": NOW - 61 * SECOND}),
        (Rule.DISAGREEMENT, {"disagrees_since_us": NOW - 10 * SECOND}, {"disagrees_since_us": NOW - 11 * SECOND}),
        (Rule.NAKED, {"naked_since_us": NOW - 5 * SECOND}, {"naked_since_us": NOW - 6 * SECOND}),
    ],
)
def test_a_rule_trips_beyond_its_limit(rule: Rule, at_limit: dict[str, Any], beyond: dict[str, Any]) -> None:
    guard = _guard()
    assert guard.check(dataclasses.replace(CALM, **at_limit)) is None
    trip = guard.check(dataclasses.replace(CALM, **beyond))
    assert trip is not None
    assert trip.rule is rule
    assert str(rule) in trip.explanation
    assert "limit" in trip.explanation
    assert guard.check(dataclasses.replace(CALM, **beyond)) is None  # told once
    assert guard.tripped is trip  # and latched
    guard.arm()
    assert guard.tripped is None


def test_a_trip_names_the_currency() -> None:
    guard = Guard(LIMITS, "JPY")
    guard.check(CALM)
    trip = guard.check(dataclasses.replace(CALM, equity_usdt=9_000.0))

    assert trip is not None
    assert "JPY" in trip.explanation


def test_drawdown_counts_from_the_best_equity_over_days() -> None:
    guard = _guard()
    day = 86_400 * SECOND
    moved = [(0, 10_600.0), (day, 10_350.0), (2 * day, 10_101.0), (2 * day + 1, 10_099.0)]
    trips = [
        guard.check(
            dataclasses.replace(
                CALM, now_us=NOW + later, equity_usdt=usdt, last_public_us=NOW + later, last_private_us=NOW + later
            )
        )
        for later, usdt in moved
    ]
    assert [trip.rule if trip else None for trip in trips] == [None, None, None, Rule.DRAWDOWN]


def test_old_errors_are_forgotten() -> None:
    guard = _guard()
    for minute in range(1, 10):
        now_us = NOW + 2 * minute * MINUTE_US
        facts = dataclasses.replace(
            CALM, now_us=now_us, error_count=30 * minute, last_public_us=now_us, last_private_us=now_us
        )
        assert guard.check(facts) is None


def test_orders_are_counted_and_measured_before_they_are_sent() -> None:
    guard = _guard()
    assert guard.check_order(NOW, 100_000.0) is None
    trip = guard.check_order(NOW, 100_001.0)
    assert trip is not None
    assert trip.rule is Rule.NOTIONAL
    guard.arm()
    trips = [guard.check_order(NOW + i, 1.0) for i in range(121)]
    assert trips[:-1] == [None] * 120
    assert trips[-1] is not None
    assert trips[-1].rule is Rule.ORDERS
    guard.arm()
    assert all(guard.check_order(NOW + i * SECOND, 1.0) is None for i in range(500))


def test_by_hand() -> None:
    guard = _guard()
    trip = guard.pull(Rule.MANUAL, "asked by the operator")
    assert trip is not None
    assert guard.pull(Rule.MANUAL, "again") is None
    assert guard.tripped is trip


def test_a_restart_forgets_no_loss() -> None:
    before = _guard()
    before.check(dataclasses.replace(CALM, equity_usdt=10_200.0))
    after = Guard(LIMITS, "USDT")
    after.remember(before.memory())
    trip = after.check(dataclasses.replace(CALM, equity_usdt=9_699.0))
    assert trip is not None
    assert trip.rule is Rule.DAILY_LOSS
    fallen = Guard(LIMITS, "USDT")
    fallen.remember(before.memory() | {"day_start_usdt": 0.0})
    trip = fallen.check(dataclasses.replace(CALM, equity_usdt=9_699.0))
    assert trip is not None
    assert trip.rule is Rule.DRAWDOWN
