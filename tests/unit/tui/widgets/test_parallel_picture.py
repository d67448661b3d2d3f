from __future__ import annotations

from itertools import pairwise

import pytest

from tui.widgets.parallel_picture import Axis, Line, columns_of, draw, overlaid

AXES = tuple(Axis(name=name, label=name, low="0", high="1") for name in ("score", "ema"))


def text(rows: list[list[tuple[str, str]]]) -> list[str]:
    return ["".join(glyph for glyph, _ in row) for row in rows]


@pytest.mark.parametrize(("count", "width"), [(2, 10), (3, 11), (7, 76), (2, 2)])
def test_axes_stand_at_the_edges_and_evenly_between(count: int, width: int) -> None:
    columns = columns_of(count, width)

    assert (columns[0], columns[-1], len(set(columns))) == (0, width - 1, count)
    gaps = [right - left for left, right in pairwise(columns)]
    assert max(gaps) - min(gaps) <= 1


def test_a_level_line_is_level_and_a_steep_one_has_no_holes() -> None:
    level = draw(AXES, [Line(number=1, kind="low", places=(1.0, 1.0))], 8, 3)
    steep = draw(AXES, [Line(number=1, kind="low", places=(0.0, 1.0))], 9, 10)

    assert text(level) == ["┼⠉⠉⠉⠉⠉⠉┼", "│      │", "│      │"]
    assert all(row.strip(" │┼") for row in text(steep)[1:-1])


def test_a_better_line_lies_over_a_worse_one_whatever_their_order() -> None:
    worse, better = (Line(number=1, kind=kind, places=(0.5, 0.5)) for kind in ("faint", "best"))

    for lines in ([worse, better], [better, worse]):
        row = draw(AXES, lines, 8, 3)[1]
        assert [tone for _, tone in row] == ["best"] * 8
        assert (row[0][0], row[-1][0]) == ("◆", "◆")


def test_the_line_under_the_cursor_lies_over_the_others_and_below_words() -> None:
    axes = (*AXES, Axis(name="rule", label="rule", low="a", high="z", words=((0.5, "b"),)))
    rows = draw(axes, [Line(number=1, kind="best", places=(1.0, 1.0, 1.0))], 13, 3)
    over = overlaid(rows, Line(number=2, kind="low", places=(0.5, 0.5, 0.5)))

    assert text(over) == ["◆⠉⠉⠉⠉⠉◆⠉⠉⠉⠉⠉◆", "●⠤⠤⠤⠤⠤●⠤⠤⠤⠤b●", "│     │     │"]
    assert {tone for _, tone in over[1]} == {"cursor", "axis"}
    assert text(rows)[1] == "│     │    b│"


def test_where_a_value_is_missing_the_line_has_a_gap() -> None:
    axes = (*AXES, Axis(name="rr", label="rr", low="1", high="3"))
    rows = draw(axes, [Line(number=1, kind="low", places=(1.0, None, 1.0))], 9, 2)

    assert text(rows) == ["┼   │   ┼", "│   │   │"]


def test_words_between_the_ends_stand_beside_their_axis() -> None:
    axis = Axis(name="rule", label="rule", low="a", high="z", words=((0.5, "queue"),))

    assert text(draw((AXES[0], axis), [], 12, 3))[1] == "│     queue│"
    assert text(draw((axis, AXES[0]), [], 12, 3))[1] == "│queue     │"
