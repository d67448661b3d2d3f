"""The conditions of an edge, one by one (METHOD 0.4 and 4.4): each returns its numbers and the reasons it fails for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats
from psky.replay.statistics.bootstrap import optimal_block_length, variance_of_mean
from psky.replay.statistics.effective_trials import correlation, distinct, entropy_rank
from psky.replay.statistics.pbo import pbo_cscv
from psky.replay.statistics.sharpe import (
    Moments,
    dsr,
    exact_max_normal,
    min_track_record,
    min_track_record_autocorrelated,
    moments,
    psr,
    psr_autocorrelated,
)
from psky.replay.statistics.spa import spa

ALPHA = 0.05
CONFIDENCE = 0.95
MAX_PBO = 0.2
FEW_TRIALS = 20
"""A PBO of fewer distinct trials refuses like any other, but is called one of few (METHOD 4.2)."""
MIN_PERIODS = 10
_PBO_BLOCKS = 10
_OVERFIT = "PBO {} > {}: what was best in one half of the time was not in the other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How the winner stands among all trials, out of sample."""

    reasons: tuple[str, ...] = ()
    block: float | None = None
    spa_statistic: float | None = None
    spa_p: float | None = None
    effective_trials: float | None = None
    psr_0: float | None = None
    dsr_null: float | None = None
    dsr_2014: float | None = None
    distinct_trials: int | None = None
    pbo: float | None = None
    pbo_slope: float | None = None
    pbo_loss_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """How the winner did where nothing was chosen."""

    reasons: tuple[str, ...]
    p: float | None
    mean_r: float | None
    double_cost_mean_r: float | None
    survives: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How long the winner's record is, and how long it would have to be."""

    reasons: tuple[str, ...]
    periods: int
    needed: float | None


def selection(returns: Floats, winner: int, seed: int) -> Selection:
    """Test the winner against the luck of the best of all trials, float64[T, N]."""
    unfit = _unfit(returns, "the out-of-sample returns")
    if unfit or np.unique(returns, axis=1).shape[1] < 2:
        return Selection(reasons=unfit or ("only one distinct trial: there is nothing to choose among",))
    found = moments(returns[:, winner])
    if found is None:
        return Selection(reasons=("the winner's out-of-sample returns do not vary: it hardly traded",))
    block = _block(returns)
    test = spa(returns, block=block, seed=seed)
    trials = entropy_rank(correlation(returns))
    null = _computed(lambda: _dsr_null(found, trials))
    apart = returns[:, distinct(returns)]
    overfit = pbo_cscv(apart, _pbo_blocks(apart.shape[0]), "mean") if apart.shape[1] > 1 else None
    reasons = (
        _above(test.consistent, ALPHA, f"SPA p {{}} > {{}}: the best of {returns.shape[1]} trials looks like luck"),
        _below(null, CONFIDENCE, "DSR_null {} < {}: its Sharpe ratio is not beyond that of the luckiest trial"),
        None if overfit is None else _above(overfit.pbo, MAX_PBO, _OVERFIT),
    )
    return Selection(
        reasons=tuple(reason for reason in reasons if reason),
        block=block,
        spa_statistic=test.statistic,
        spa_p=test.consistent,
        effective_trials=trials,
        psr_0=psr(found.sharpe, 0.0, found.periods, found.skew, found.kurtosis),
        dsr_null=null,
        dsr_2014=_dsr_2014(found, returns),
        distinct_trials=apart.shape[1],
        pbo=None if overfit is None else overfit.pbo,
        pbo_slope=None if overfit is None else overfit.slope,
        pbo_loss_share=None if overfit is None else overfit.loss_share,
    )


def holdout(returns: Floats, net_r: Floats, double_cost_net_r: Floats, looked: int) -> Holdout:
    """Test the winner on the hold-out: the mean of its returns float64[H], and of its trades at twice the costs.

    The p-value is that of the best of `looked` candidates that were shown the hold-out, after Bonferroni.
    """
    alone = mean_p_value(returns)
    p = None if alone is None else min(1.0, alone * looked)
    mean, doubled = _mean(net_r), _mean(double_cost_net_r)
    survives = doubled is not None and doubled > 0
    reasons = [*_unfit(returns, "the hold-out returns")]
    if not net_r.size:
        reasons.append("the hold-out has no trades")
    elif not reasons and (p is None or p > ALPHA):
        shown = "returns that do not vary" if p is None else f"p {p:.3g} > {ALPHA}"
        reasons.append(f"hold-out {shown}: its mean is not clearly above zero")
    if net_r.size and not survives:
        shown = "unknown" if doubled is None else f"{doubled:.3g} R"
        reasons.append(f"at twice the costs the hold-out's mean trade is {shown}, not above zero")
    return Holdout(reasons=tuple(reasons), p=p, mean_r=mean, double_cost_mean_r=doubled, survives=survives)


def track_record(returns: Floats, after: Floats) -> Record:
    """Compare the length of the winner's record, hold-out included, with the least that would show an edge."""
    pooled = np.concatenate([returns, after])
    found = moments(pooled) if pooled.size > 1 and np.isfinite(pooled).all() else None
    needed = _computed(lambda: _needed(found)) if found is not None else None
    if needed is None:
        reasons: tuple[str, ...] = ("the least track record cannot be computed: returns that do not vary",)
    elif pooled.size < needed:
        shown = f"{math.ceil(needed)} periods" if math.isfinite(needed) else "a Sharpe ratio above zero"
        reasons = (f"the track record of {pooled.size} periods is too short: {shown} needed",)
    else:
        reasons = ()
    return Record(reasons=reasons, periods=pooled.size, needed=needed)


def mean_p_value(returns: Floats) -> float | None:
    """Return the one-sided p-value of mean > 0 for dependent returns, float64[H]; None where it cannot be computed.

    Student's t with H - 1 degrees of freedom on the mean over its stationary-bootstrap standard error (block length by
    Politis and White, variance scaled by H / (H - 1)), which is never taken below that of independent returns.
    """
    if _unfit(returns, "") or returns.min() == returns.max():
        return None
    periods = returns.size
    dependent = float(variance_of_mean(returns, 1 / _block(returns[:, None]))[0]) * periods / (periods - 1)
    variance = max(dependent, float(np.var(returns, ddof=1)))
    return float(stdtr(periods - 1, -float(returns.mean()) / math.sqrt(variance / periods)))


def _dsr_null(found: Moments, trials: float) -> float:
    # The Sharpe ratio of a trial without skill has variance 1 / T, more when returns are autocorrelated.
    rho = found.autocorrelation if found.autocorrelated else 0.0
    benchmark = math.sqrt((1 + rho) / (1 - rho) / found.periods) * exact_max_normal(max(trials, 1.0))[0]
    if found.autocorrelated:
        return psr_autocorrelated(found.sharpe, benchmark, found.periods, found.skew, found.kurtosis, rho)
    return psr(found.sharpe, benchmark, found.periods, found.skew, found.kurtosis)


def _dsr_2014(found: Moments, returns: Floats) -> float:
    ratios = [known.sharpe if (known := moments(column)) else 0.0 for column in returns.T]
    return dsr(found.sharpe, float(np.var(ratios, ddof=1)), len(ratios), found.periods, found.skew, found.kurtosis)


def _needed(found: Moments) -> float:
    if found.autocorrelated:
        return min_track_record_autocorrelated(
            found.sharpe, 0.0, found.skew, found.kurtosis, found.autocorrelation, ALPHA
        )
    return min_track_record(found.sharpe, 0.0, found.skew, found.kurtosis, ALPHA)


def _block(returns: Floats) -> float:
    lengths = [optimal_block_length(column).stationary for column in returns.T if column.min() < column.max()]
    return max(1.0, float(np.median(lengths))) if lengths else 1.0


def _pbo_blocks(periods: int) -> int:
    return min(_PBO_BLOCKS, periods // 4 * 2)


def _unfit(returns: Floats, what: str) -> tuple[str, ...]:
    if returns.shape[0] < MIN_PERIODS:
        return (f"{what} have too few periods: at least {MIN_PERIODS} needed, found {returns.shape[0]}",)
    return () if np.isfinite(returns).all() else (f"{what} hold values that are not finite",)


def _mean(net_r: Floats) -> float | None:
    return float(net_r.mean()) if net_r.size and np.isfinite(net_r).all() else None


def _computed(statistic: Callable[[], float]) -> float | None:
    # Sample moments and an autocorrelation together can be of no AR(1): then the formula has no value.
    try:
        return statistic()
    except UsageError:
        return None


def _above(value: float, limit: float, words: str) -> str | None:
    return None if value <= limit else words.format(f"{value:.3g}", limit)


def _below(value: float | None, limit: float, words: str) -> str | None:
    if value is None:
        return words.format("unknown", limit)
    return None if value >= limit else words.format(f"{value:.3g}", limit)
