from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from psky.backtest.chart import HEIGHT, LEFT, WIDTH, equity_svg

SPAN = (1_600_000_000_000_000, 1_600_086_400_000_000)
DAY_US = SPAN[1] - SPAN[0]


def points(svg: str, name: str) -> list[tuple[float, float]]:
    match = re.search(rf'class="{name}" points="([^"]*)"', svg)
    assert match is not None
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in match[1].split())]


def chart(equity_r: list[float]) -> str:
    times = SPAN[0] + DAY_US * np.arange(1, len(equity_r) + 1) // (len(equity_r) + 1)
    return equity_svg(times.astype(np.int64), np.array(equity_r, dtype=np.float64), SPAN)


@pytest.mark.parametrize("equity_r", [[], [1.0], [-1.0], [0.0], [1.0, -2.0, 3.5, 3.5]])
def test_a_line_from_edge_to_edge_inside_the_chart(equity_r: list[float]) -> None:
    svg = chart(equity_r)
    line = points(svg, "equity")

    assert "nan" not in svg
    assert (line[0][0], line[-1][0]) == (LEFT, WIDTH - 8)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in line + points(svg, "drawdown"))
    assert all(before[0] <= after[0] for before, after in pairwise(line))


def test_no_trades_are_a_flat_line() -> None:
    assert len({y for _, y in points(chart([]), "equity")}) == 1


def test_equity_steps_and_never_slopes() -> None:
    line = points(chart([1.0, -2.0, 3.5]), "equity")

    assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(line))


def test_up_is_up() -> None:
    heights = [y for _, y in points(chart([1.0, 3.0]), "equity")]

    assert heights[-1] < heights[0]


def test_the_shade_lies_between_the_peak_and_the_line() -> None:
    svg = chart([2.0, 1.0])
    line, shade = points(svg, "equity"), points(svg, "drawdown")
    half = len(shade) // 2

    assert shade[half:] == line[::-1]
    assert all(peak[1] <= level[1] for peak, level in zip(shade[:half], line, strict=True))


def test_one_moment_is_drawn_too() -> None:
    assert "nan" not in equity_svg(np.array([5]), np.array([1.0]), (5, 5))
