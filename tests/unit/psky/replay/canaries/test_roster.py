"""Each canary passes on psky as it is, and finds the leak that its control plants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from psky.domain.time import SECOND_US
from psky.replay.canaries import truncation
from psky.replay.canaries.fills import fills
from psky.replay.canaries.finding import Canary, CanaryResult, Finding, run
from psky.replay.canaries.isolation import by_row_count, purge
from psky.replay.canaries.parity import live, reflection
from psky.replay.canaries.roster import CANARIES
from psky.replay.canaries.subject import Subject, same_bytes
from tests import house

SUBJECT = Subject(trades=house.columns(), instrument=house.INSTRUMENT, spec=house.QUICK)


def finding(faults: int, checked: int = 3) -> Finding:
    return Finding(checked=checked, unit="things", faults=faults)


def test_the_canaries_are_those_of_the_method() -> None:
    assert [canary.code for canary in CANARIES] == [f"C{number}" for number in range(1, 11)]


@pytest.mark.parametrize("canary", CANARIES, ids=[canary.code for canary in CANARIES])
def test_it_passes_and_its_control_is_found(canary: Canary) -> None:
    result = run(canary, SUBJECT)

    assert result.state == "passes", result
    assert result.found.checked > 0
    assert result.control.reason


@pytest.mark.parametrize(
    ("found", "control", "state"),
    [
        (finding(0), finding(1), "passes"),
        (finding(1), finding(1), "fires"),
        (finding(0, checked=0), finding(1), "fires"),
        (finding(0), finding(0), "blind"),
        (finding(0), finding(0, checked=0), "blind"),
    ],
)
def test_a_canary_whose_control_is_not_found_proves_nothing(found: Finding, control: Finding, state: str) -> None:
    assert CanaryResult(code="C1", claim="", leak="", found=found, control=control).state == state


@pytest.mark.parametrize(
    "leak", [truncation.next_bar_view, truncation.full_sample_view, truncation.open_time_view], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("check", [truncation.truncation, truncation.replacement], ids=lambda f: f.__name__)
def test_each_leaking_view_is_found_by_both_changes_of_the_tape(check: object, leak: truncation.View) -> None:
    assert callable(check)
    assert check(SUBJECT, leak, 10).faults > 0


def test_cuts_lie_at_bar_ends_inside_ties_and_early() -> None:
    whole_seconds = replace(SUBJECT.trades, ts_us=SUBJECT.trades.ts_us // SECOND_US * SECOND_US)
    cuts, ts_us = truncation.cut_points(replace(SUBJECT, trades=whole_seconds)), whole_seconds.ts_us

    assert len(cuts) >= 200
    assert (cuts < 100).sum() >= 5
    assert (ts_us[cuts] == ts_us[cuts - 1]).sum() >= 20
    assert (ts_us[cuts] // (60 * SECOND_US) > ts_us[cuts - 1] // (60 * SECOND_US)).sum() >= 20


def test_prints_of_one_time_are_no_obstacle() -> None:
    whole_seconds = replace(SUBJECT.trades, ts_us=SUBJECT.trades.ts_us // SECOND_US * SECOND_US)
    tied = replace(SUBJECT, trades=whole_seconds)

    assert truncation.truncation(tied, every=4).passed
    assert truncation.replacement(tied, every=20).passed
    assert fills(tied).passed
    assert live(tied).passed
    assert reflection(tied).passed


def test_another_future_keeps_times_and_the_past() -> None:
    other = SUBJECT.with_another_future(1000)

    assert np.array_equal(other.ts_us, SUBJECT.trades.ts_us)
    assert np.array_equal(other.price[:1000], SUBJECT.trades.price[:1000])
    assert not np.array_equal(other.price[1000:], SUBJECT.trades.price[1000:])
    assert np.array_equal(np.sort(other.price), np.sort(SUBJECT.trades.price))


def test_bits_are_compared_not_values() -> None:
    zero, missing = np.array([0.0, 1.0]), np.array([np.nan])

    assert same_bytes(missing, missing.copy())
    assert not same_bytes(zero, np.array([-0.0, 1.0]))
    assert not same_bytes(zero, zero[:1])
    assert not same_bytes(zero, zero.astype(np.float32))


def test_what_a_purge_by_rows_leaves_is_named() -> None:
    assert "end too late" in purge(SUBJECT, by_row_count).reason
