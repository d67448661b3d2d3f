from __future__ import annotations

from tui.widgets.braille import Canvas, steps


def test_dots_are_where_unicode_has_them() -> None:
    canvas = Canvas(2, 1)
    canvas.column(0, 0, 3)
    canvas.column(3, 3, 3)
    assert canvas.rows() == ["⡇⢀"]


def test_what_lies_outside_is_left_out() -> None:
    canvas = Canvas(1, 1)
    canvas.column(-1, 0, 3)
    canvas.column(2, 0, 3)
    canvas.column(1, -5, 99)
    assert canvas.rows() == ["⢸"]


def test_a_value_holds_until_the_next_and_no_extreme_is_lost() -> None:
    spans = steps([1.0, 1.2, 3.0], [5.0, -2.0, 1.0], 0.0, 4.0, 4)
    assert spans == [(0.0, 0.0, 0.0), (-2.0, 5.0, -2.0), (-2.0, -2.0, -2.0), (-2.0, 1.0, 1.0)]


def test_what_comes_after_the_end_is_in_the_last_span() -> None:
    assert steps([9.0], [4.0], 0.0, 2.0, 2)[-1] == (0.0, 4.0, 4.0)


def test_a_span_without_length_is_drawn() -> None:
    assert len(steps([1.0], [1.0], 1.0, 1.0, 3)) == 3
