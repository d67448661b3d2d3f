from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.errors import UsageError
from psky.replay.statistics import reductions as of

SERIES = st.lists(st.floats(-10, 10).map(lambda value: round(value, 3)), min_size=1, max_size=30)


def slow_drawdown(changes: list[float]) -> tuple[float, int]:
    level, peak, depth, run, longest = 0.0, 0.0, 0.0, 0, 0
    for change in changes:
        level += change
        peak = max(peak, level)
        depth = max(depth, peak - level)
        run = run + 1 if level < peak else 0
        longest = max(longest, run)
    return depth, longest


@given(SERIES)
def test_drawdown_and_time_under_water_agree_with_a_walk(changes: list[float]) -> None:
    values = np.array(changes)
    level = np.cumsum(values)
    # Sums in another order may part by rounding; whole thousandths are compared.
    depth, longest = slow_drawdown([round(1000 * change) for change in changes])
    whole = np.rint(1000 * values)
    assert float(of.max_drawdown(whole)) == depth
    assert float(of.longest_underwater(whole)) == longest
    assert len(level) == len(changes)


@given(st.lists(SERIES, min_size=1, max_size=8))
def test_a_drawdown_within_periods_is_that_of_the_whole_path(paths: list[list[float]]) -> None:
    whole = [np.concatenate([[0.0], np.cumsum(np.rint(1000 * np.array(path)))]) for path in paths]
    known = np.array(
        [(path[-1], path.min(), path.max(), (np.maximum.accumulate(path) - path).max()) for path in whole]
    ).T
    changes = [float(change) for path in whole for change in np.diff(path)]
    assert float(of.max_drawdown_within(*known)) == slow_drawdown(changes)[0]


@given(st.lists(SERIES.filter(lambda values: len(values) > 3).map(lambda values: values[:4]), min_size=2, max_size=5))
def test_many_series_at_once_give_what_each_gives(rows: list[list[float]]) -> None:
    values = np.array(rows)
    for figure in (of.mean, of.win_rate, of.profit_factor, of.sqn, of.max_drawdown, of.longest_underwater):
        np.testing.assert_array_equal(figure(values), [figure(row) for row in values])
    np.testing.assert_array_equal(of.cvar(values, 0.4), [of.cvar(row, 0.4) for row in values])


def test_figures_worked_out_by_hand() -> None:
    values = np.array([1.0, -2.0, 3.0, -1.0, -1.0, -1.0, -1.0])
    assert float(of.mean(values)) == pytest.approx(-2 / 7)
    assert float(of.win_rate(values)) == pytest.approx(2 / 7)
    assert float(of.profit_factor(values)) == pytest.approx(4 / 6)
    assert float(of.cvar(values, 0.25)) == pytest.approx((-2 - 0.75) / 1.75)
    assert float(of.sharpe(values, 4)) == pytest.approx(2 * np.mean(values) / np.std(values, ddof=1))
    assert float(of.sortino(values, 4)) == pytest.approx(2 * np.mean(values) / math.sqrt(8 / 7))
    assert float(of.sqn(values)) == pytest.approx(math.sqrt(7) * np.mean(values) / np.std(values, ddof=1))


def test_what_is_undefined_is_none() -> None:
    nothing, still = np.empty(0), np.full(4, 0.1)
    assert of.defined(of.mean(nothing)) is None
    assert of.defined(of.win_rate(nothing)) is None
    assert of.defined(of.cvar(nothing, 0.05)) is None
    assert (of.defined(of.sqn(still)), of.defined(of.sortino(still, 365)), of.defined(of.sqn(still[:1]))) == (None,) * 3
    assert of.defined(of.profit_factor(np.array([1.0, -1.0]))) is None
    assert (float(of.max_drawdown(nothing)), float(of.longest_underwater(nothing))) == (0, 0)
    with pytest.raises(UsageError, match="share within"):
        of.cvar(still, 0)
