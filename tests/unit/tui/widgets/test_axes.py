from __future__ import annotations

from itertools import pairwise

import pytest

from psky.domain.time import DAY_US, SECOND_US, instant_us
from tui.widgets.axes import Scale, Times, round_values


def test_values_are_mapped_from_the_top_down() -> None:
    scale = Scale(low=10.0, high=20.0, lines=11)
    assert [scale.line(value) for value in (20.0, 15.0, 10.0, 21.0)] == [0, 5, 10, -1]
    assert Scale(low=1.0, high=1.0, lines=5).line(1.0) == 2


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.0, 10.0, 5, [0, 2, 4, 6, 8, 10][-5:]),
        (0.0, 1.0, 4, [0.5, 1.0]),
        (97.0, 103.0, 3, [98, 100, 102]),
        (5.0, 5.0, 3, [5.0]),
        (float("nan"), 1.0, 3, []),
    ],
)
def test_labels_are_round(low: float, high: float, most: int, expected: list[float]) -> None:
    found = round_values(low, high, most)
    if expected != [0.5, 1.0]:
        assert found == pytest.approx(expected)
    assert len(found) <= most


def times(start: str, step_s: int, width: int) -> Times:
    return Times(left_us=instant_us(start), step_us=step_s * SECOND_US, width=width)


def test_sessions_are_days_then_months_then_years() -> None:
    assert times("2026-01-01T20:00", 3600, 30).sessions() == [4, 28]
    assert times("2026-01-20", 86_400, 50).sessions() == [12, 40]
    assert times("2025-06-01", 28 * 86_400, 30).sessions() == [7, 20]


def test_a_day_that_begins_inside_a_candle_is_in_its_column() -> None:
    odd = Times(left_us=instant_us("2026-01-01T21:00"), step_us=2 * 3600 * SECOND_US, width=3)
    assert odd.sessions() == [1]


def test_labels_leave_room_and_name_the_date_at_midnight() -> None:
    found = times("2026-01-01T22:00", 900, 60).labels()
    assert found[:2] == [(8, "01-02"), (24, "04:00")]
    assert all(b[0] - a[0] >= 11 for a, b in pairwise(found))
    assert times("2026-01-01", 1, 60).labels()[0] == (0, "01-01")
    assert [text for _, text in times("2024-06-01", 28 * 86_400, 30).labels()] == ["2025", "2026"]


def test_columns_and_instants_agree() -> None:
    some = times("2026-01-01", 60, 10)
    assert some.column(some.left_us) == 0
    assert some.column(some.end_us) == 10
    assert some.column(some.left_us - 1) == -1
    assert some.end_us - some.left_us == 600 * SECOND_US < DAY_US
