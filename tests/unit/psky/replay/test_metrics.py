from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.domain.time import DAYS_PER_YEAR
from psky.errors import UsageError
from psky.replay.freqtrade import freqtrade_sharpe
from psky.replay.metrics import period_returns, trade_metrics
from psky.replay.statistics.reductions import cvar, sharpe
from tests.oracles.performance import performance
from tests.vectors.load import vectors

SECOND = 1_000_000
DAY = 86_400 * SECOND


@pytest.mark.parametrize("vector", vectors("perf_metrics"))
def test_performance_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = performance(np.array(vector["inputs"]["returns"]), vector["inputs"]["ppy"])
    assert found == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("freqtrade_sharpe_legacy"))
def test_idle_days_count_which_a_ratio_of_trades_forgets(vector: dict[str, Any]) -> None:
    profits, days = np.array(vector["inputs"]["profit_ratio"]), vector["inputs"]["days"]
    assert freqtrade_sharpe(profits, days) == pytest.approx(vector["expected"]["freqtrade"], abs=vector["tol"])
    daily = sharpe(np.concatenate([profits, np.zeros(days - profits.size)]), DAYS_PER_YEAR)
    assert float(daily) == pytest.approx(vector["expected"]["correct_daily"], abs=vector["tol"])


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.floats(0.01, 1))
def test_cvar_is_the_least_mean_of_any_tail_of_that_mass(returns: list[float], share: float) -> None:
    # Rockafellar and Uryasev: CVaR = max over v of v - E[max(v - r, 0)] / share.
    values = np.array(returns)
    dual = max(v - float(np.mean(np.maximum(v - values, 0))) / share for v in values)
    assert float(cvar(values, share)) == pytest.approx(dual, abs=1e-9)


def test_trades_are_measured_as_worked_out_by_hand() -> None:
    net_r = [1.0, -1.0, -1.0, 2.0, -0.5, -0.5, -0.5]
    entry = np.array([0, 20, 30, 50, 70, 80, 90]) * SECOND
    leave = np.array([10, 40, 35, 60, 75, 85, 95]) * SECOND
    found = trade_metrics(net_r, entry, leave, [0.1] * 7, start_us=0, end_us=100 * SECOND)
    assert found.trades == 7
    assert found.net_r == pytest.approx(-0.5)
    assert found.mean_r == pytest.approx(-0.5 / 7)
    assert found.win_rate == pytest.approx(2 / 7)
    assert found.profit_factor == pytest.approx(3 / 3.5)
    assert found.net_r_per_day == pytest.approx(-0.5 * 864)
    assert found.max_drawdown_r == pytest.approx(2)
    # The peak of 10 s is reached again at 60 s; from then on it is 40 s to the end.
    assert found.longest_underwater_s == 50
    # 10 + (20 to 40, the trade of 30 to 35 inside it) + 10 + 3 * 5.
    assert found.exposure_share == pytest.approx(0.55)
    assert found.average_hold_s == pytest.approx((10 + 20 + 5 + 10 + 5 + 5 + 5) / 7)
    assert found.sqn == pytest.approx(math.sqrt(7) * np.mean(net_r) / np.std(net_r, ddof=1))
    assert found.fees_r == pytest.approx(0.7)


def test_trades_in_any_order_measure_the_same() -> None:
    rng = np.random.default_rng(3)
    entry = rng.integers(0, 900, 60) * SECOND
    leave = entry + rng.integers(1, 90, 60) * SECOND
    net_r, order = rng.normal(size=60), rng.permutation(60)
    span = {"start_us": 0, "end_us": 1000 * SECOND}
    one = trade_metrics(net_r, entry, leave, np.zeros(60), **span)
    other = trade_metrics(net_r[order], entry[order], leave[order], np.zeros(60), **span)
    assert one.max_drawdown_r == pytest.approx(other.max_drawdown_r)
    assert one.exposure_share == other.exposure_share
    covered = np.zeros(1000, dtype=bool)
    for start, end in zip(entry // SECOND, leave // SECOND, strict=True):
        covered[start:end] = True
    assert one.exposure_share == pytest.approx(covered.mean())


def test_no_trades_measure_nothing() -> None:
    found = trade_metrics([], [], [], [], start_us=0, end_us=DAY)
    assert (found.trades, found.net_r, found.net_r_per_day) == (0, 0, 0)
    assert (found.mean_r, found.win_rate, found.average_hold_s) == (None, None, None)
    assert (found.max_drawdown_r, found.longest_underwater_s, found.exposure_share) == (0, 0, 0)
    assert found.profit_factor is None
    assert found.sqn is None


def test_a_loss_never_recovered_is_under_water_to_the_end() -> None:
    found = trade_metrics([-1.0], [10 * SECOND], [20 * SECOND], [0.1], start_us=0, end_us=100 * SECOND)
    assert found.max_drawdown_r == 1
    assert found.longest_underwater_s == 100


def test_returns_fall_into_the_period_in_which_they_close() -> None:
    exits = np.array([0, DAY - 1, DAY, 3 * DAY - 1, 3 * DAY])
    found = period_returns([1.0, 2.0, 4.0, 8.0, 16.0], exits, start_us=0, end_us=3 * DAY, period_us=DAY)
    assert found.tolist() == [3.0, 4.0, 24.0]
    assert period_returns([], [], start_us=0, end_us=2 * DAY + 1, period_us=DAY).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("entry", "leave", "end"), [([5], [4], 10), ([5], [11], 10), ([-1], [3], 10), ([1, 2], [3], 10), ([1], [1], 0)]
)
def test_impossible_trades_are_refused(entry: list[int], leave: list[int], end: int) -> None:
    with pytest.raises(UsageError, match="expected"):
        trade_metrics([1.0], entry, leave, [0.1], start_us=0, end_us=end)
