from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats
from psky.replay.statistics.conditions import mean_p_value, track_record
from psky.replay.statistics.edge import EdgeVerdict, judge
from psky.replay.statistics.pbo import pbo_cscv


def family(edge: float, seed: int = 4, trials: int = 12, periods: int = 240) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    returns = rng.normal(0.0, 1.0, (periods, trials))
    returns[:, 3] += edge
    return returns, rng.normal(edge, 1.0, 80), rng.normal(edge, 1.0, 150)


def verdict(edge: float, **changed: ArrayLike) -> EdgeVerdict:
    returns, holdout, net_r = family(edge)
    given: dict[str, Any] = {
        "trial_returns": returns,
        "winner": 3,
        "holdout_returns": holdout,
        "holdout_net_r": net_r,
        "double_cost_net_r": net_r - 0.1,
    }
    return judge(**(given | changed))


def failing(found: EdgeVerdict) -> str:
    assert not found.found
    assert found.word == "not found"
    # A number that is not one would slip through comparisons.
    assert not any(isinstance(value, float) and np.isnan(value) for value in asdict(found).values())
    return " | ".join(found.reasons)


def test_a_strong_edge_is_found() -> None:
    found = verdict(0.45)
    assert found.found
    assert found.reasons == ()
    assert found.word == "found"
    assert (found.spa_p or 0) <= 0.05
    assert (found.dsr_null or 0) >= 0.95
    assert 10 < (found.effective_trials or 0) <= 12
    assert found.track_record == 320 > (found.min_track_record or 0)
    assert verdict(0.45) == found


def test_luck_is_not_an_edge() -> None:
    returns, holdout, net_r = family(0.0, seed=5)
    winner = int(np.argmax(returns.mean(axis=0)))
    reasons = failing(judge(returns, winner, holdout, net_r, net_r - 0.1))
    assert "SPA p" in reasons
    assert "DSR_null" in reasons


def test_each_condition_alone_can_refuse() -> None:
    _, _, net_r = family(0.45)
    noise = np.random.default_rng(3).normal(0.0, 1.0, 80)
    assert failing(verdict(0.45, holdout_returns=noise - noise.mean())).startswith("hold-out p 0.5 >")
    assert failing(verdict(0.45, double_cost_net_r=net_r - 2)).startswith("at twice the costs")
    assert "no trades" in failing(verdict(0.45, holdout_net_r=[], double_cost_net_r=[]))
    assert "PBO" in failing(verdict(0.45, trial_returns=turned(24)))
    assert "PBO" in failing(verdict(0.45, trial_returns=turned(12)))


def turned(trials: int) -> Floats:
    """The edge beside trials that win in some tenths of the time what they lose in the others."""
    returns = family(0.45, trials=trials)[0]
    signs = np.repeat([[1.0, -1.0]], 5, axis=0).ravel() * np.ones((trials - 4, 1))
    returns[:, 4:] = 0.1 * returns[:, 4:] + np.repeat(np.random.default_rng(1).permuted(signs, axis=1).T, 24, axis=0)
    return returns


@pytest.mark.parametrize("count", [2, 5, 19])
def test_the_pbo_of_few_distinct_trials_refuses_too(count: int) -> None:
    # Each of a few trials leads in half of the time what it trails in the other.
    steps = np.repeat(np.random.default_rng(2).permuted(np.tile(np.linspace(-1, 1, 10), (count, 1)), axis=1).T, 24, 0)
    returns = 0.4 + steps + np.random.default_rng(4).normal(0.0, 0.5, (240, count))
    found = verdict(0.45, trial_returns=returns, winner=0)
    assert found.distinct_trials == count
    assert (found.pbo or 0) > 0.2
    assert found.pbo_loss_share is not None
    assert 0 < found.pbo_loss_share < 1
    assert "PBO" in failing(found)


def crowded(edge: float, seed: int) -> Floats:
    """Forty trials that hardly differ, as a sampler that learns leaves them, beside 22 without the edge."""
    rng = np.random.default_rng(seed)
    common = edge + rng.normal(size=(240, 1))
    return np.hstack([common + 0.2 * rng.normal(size=(240, 40)), rng.normal(size=(240, 22))])


def test_near_duplicates_of_an_edge_are_no_overfitting_and_do_not_hide_it() -> None:
    with_duplicates = [pbo_cscv(crowded(0.45, seed), 10).pbo for seed in range(8)]
    found = [verdict(0.45, trial_returns=crowded(0.45, seed)) for seed in range(8)]

    assert max(with_duplicates) > 0.2
    assert all(one.found and one.distinct_trials == 23 for one in found)
    lucky = [failing(verdict(0.0, trial_returns=crowded(0.0, seed))) for seed in range(8)]
    assert sum("PBO" in reasons for reasons in lucky) >= 6


def sized(edge: float, seed: int) -> Floats:
    """Trials of one Sharpe ratio whose trades differ in number or size."""
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(240, 1)), rng.normal(size=(240, 24))
    returns: Floats = (edge + np.sqrt(0.5) * (common + own)) * np.exp(0.3 * rng.normal(size=24))
    return returns


def test_choosing_by_what_tuning_chooses_by_is_what_may_be_overfitted() -> None:
    by_ratio = [pbo_cscv(sized(1.8, seed), 10, "sharpe").pbo for seed in range(8)]
    found = [
        judge(returns := sized(1.8, seed), int(np.argmax(returns.mean(axis=0))), *family(0.45)[1:], np.ones(9))
        for seed in range(8)
    ]

    assert sum(pbo > 0.2 for pbo in by_ratio) >= 6
    assert all(one.pbo is not None and one.pbo <= 0.2 for one in found)
    assert sum((judge(sized(0.0, seed), 0, *family(0.0)[1:], np.ones(9)).pbo or 0) > 0.2 for seed in range(8)) >= 6


def test_where_all_are_near_duplicates_nothing_was_overfitted_by_choosing() -> None:
    found = verdict(0.45, trial_returns=crowded(0.45, 1)[:, :40])
    assert (found.found, found.distinct_trials, found.pbo) == (True, 1, None)


def test_a_record_is_long_enough_when_its_sharpe_ratio_is_sure() -> None:
    noise = np.random.default_rng(1).normal(size=100)
    weak = noise - noise.mean() + 0.05
    short = track_record(weak, weak[:20])
    assert short.periods == 120 < (short.needed or 0) < 100_000
    assert "too short" in short.reasons[0]
    sure = track_record(weak + 1.0, weak[:20] + 1.0)
    assert sure.reasons == ()
    losing = track_record(weak - 1.0, weak[:20] - 1.0)
    assert losing.needed == np.inf
    assert "a Sharpe ratio above zero needed" in losing.reasons[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trial_returns": np.zeros((240, 12))}, "only one distinct trial"),
        ({"trial_returns": family(0.45)[0][:, [3, 3]], "winner": 0}, "only one distinct trial"),
        ({"trial_returns": family(0.45)[0][:, 3], "winner": 0}, "only one distinct trial"),
        ({"trial_returns": family(0.45)[0][:9]}, "too few periods: at least 10 needed, found 9"),
        ({"trial_returns": np.empty((0, 12))}, "too few periods"),
        ({"trial_returns": np.full((240, 12), np.nan)}, "not finite"),
        ({"holdout_returns": []}, "too few periods"),
        ({"holdout_returns": np.zeros(80)}, "do not vary"),
        ({"holdout_returns": np.full(80, np.inf)}, "not finite"),
        ({"double_cost_net_r": [np.nan]}, "unknown, not above zero"),
        ({"double_cost_net_r": []}, "unknown, not above zero"),
        ({"trial_returns": np.column_stack([family(0.45)[0][:, 0], np.zeros(240)]), "winner": 1}, "hardly traded"),
    ],
)
def test_degenerate_inputs_are_not_found_with_their_reason(changed: dict[str, Any], words: str) -> None:
    assert words in failing(verdict(0.45, **changed))


def test_a_winner_that_is_no_trial_is_refused() -> None:
    with pytest.raises(UsageError, match="winner among 12"):
        verdict(0.45, winner=12)


def test_the_mean_of_independent_returns_is_tested_by_students_t_or_more_strictly() -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        returns = rng.normal(0.2, 1.0, 60)
        plain = float(stats.ttest_1samp(returns, 0.0, alternative="greater").pvalue)
        found = mean_p_value(returns)
        assert found is not None
        assert (found >= plain - 1e-12) == (returns.mean() > 0) or found == pytest.approx(plain)


def test_the_mean_of_dependent_returns_is_less_sure() -> None:
    rng = np.random.default_rng(8)
    shocks = rng.normal(0.0, 1.0, 300)
    returns = np.convolve(shocks, np.ones(8), mode="valid") + 0.6
    plain = float(stats.ttest_1samp(returns, 0.0, alternative="greater").pvalue)
    found = mean_p_value(returns)
    assert found is not None
    assert found > 4 * plain
