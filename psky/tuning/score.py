"""What a trial is worth: mean minus half a standard deviation over folds, less penalties.

A fold is worth its net R per day, less a share of its drawdown per day and of coverage beyond what is plausible. All
penalties subtract, so that worse is lower below zero too. Folds weigh by the effective number of candidates in them,
which no policy can change. A low percentile instead would throw away a third of the evidence: with five folds its
sampling variance is that of 64 % of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWDOWN_WEIGHT = 0.1
COVERAGE_WEIGHT = 1.0
MAX_COVERAGE = 0.7
SPREAD_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldResult:
    """One fold, results in R; `coverage` is the accepted share of touches, `weight` the effective candidates."""

    net_r_per_day: float
    max_drawdown_r: float
    days: float
    coverage: float
    weight: float


def fold_score(fold: FoldResult) -> float:
    """Return the worth of one fold, in R per day."""
    excess = max(0.0, fold.coverage - MAX_COVERAGE)
    return fold.net_r_per_day - DRAWDOWN_WEIGHT * fold.max_drawdown_r / fold.days - COVERAGE_WEIGHT * excess


def trial_score(folds: list[FoldResult]) -> float:
    """Return the worth of a trial: weighted mean minus half the weighted standard deviation of its folds' scores."""
    scores = np.array([fold_score(fold) for fold in folds])
    weights = fold_weights([fold.weight for fold in folds])
    mean = weights @ scores
    spread = np.sqrt(weights @ (scores - mean) ** 2)
    return float(mean - SPREAD_WEIGHT * spread)


def fold_weights(sizes: list[float]) -> NDArray[np.float64]:
    """Return weights that sum to 1 and follow `sizes`, none below w = s^2 / (1 + s^2) with s the spread's weight.

    A better fold raises the mean by w and half the spread by at most s * sqrt(w * (1 - w)); the first outweighs the
    second only from that w on, so lighter folds would make a trial worse by doing better.
    """
    least = SPREAD_WEIGHT**2 / (1 + SPREAD_WEIGHT**2)
    total = sum(sizes)
    shares = np.array(sizes) / total if total > 0 else np.full(len(sizes), 1 / len(sizes))
    weights: NDArray[np.float64] = least + (1 - least * len(sizes)) * shares
    return weights
