"""Scores of probabilities against outcomes (METHOD 2.1). Undefined scores are None, never NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.learn.arrays import PROBABILITY_FLOOR, Floats, outcomes, probabilities, weights
from psky.learn.calibration.pav import isotonic_fit, merge_ties


@dataclass(frozen=True, slots=True, kw_only=True)
class Corp:
    """The bin-free decomposition score = miscalibration - discrimination + uncertainty."""

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


def log_loss(p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the mean of -[y ln p + (1 - y) ln(1 - p)] in nats, p clipped to [1e-6, 1 - 1e-6]."""
    score, y01 = _pair(p, y)
    kept = np.clip(score, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
    loss = -(y01 * np.log(kept) + (1 - y01) * np.log1p(-kept))
    return float(np.mean(weights(weight, score.size) * loss))


def clipped(p: ArrayLike) -> int:
    """Return how many probabilities `log_loss` clips."""
    score = probabilities(p)
    return int(np.count_nonzero((score < PROBABILITY_FLOOR) | (score > 1 - PROBABILITY_FLOOR)))


def brier(p: ArrayLike, y: ArrayLike) -> float:
    """Return the mean of (p - y)^2 (Brier 1950)."""
    score, y01 = _pair(p, y)
    return float(np.mean((score - y01) ** 2))


def brier_skill(p: ArrayLike, y: ArrayLike) -> float | None:
    """Return 1 - Brier / (base rate's Brier); None when all outcomes are the same."""
    score, y01 = _pair(p, y)
    rate = float(y01.mean())
    if rate in {0.0, 1.0}:
        return None
    return 1 - brier(score, y01) / (rate * (1 - rate))


def spiegelhalter_z(p: ArrayLike, y: ArrayLike) -> float | None:
    """Return Spiegelhalter's statistic, N(0, 1) if p is calibrated (1986); None where its variance is zero."""
    score, y01 = _pair(p, y)
    variance = float(np.sum((1 - 2 * score) ** 2 * score * (1 - score)))
    if variance <= 0:
        return None
    return float(np.sum((y01 - score) * (1 - 2 * score)) / np.sqrt(variance))


def auc(p: ArrayLike, y: ArrayLike) -> float | None:
    """Return P(p of a one > p of a zero) + P(equal) / 2; None without both classes."""
    score, y01 = _pair(p, y)
    ones = int(y01.sum())
    zeros = y01.size - ones
    if ones == 0 or zeros == 0:
        return None
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return (float(rank[y01 == 1].sum()) - ones * (ones + 1) / 2) / (ones * zeros)


def auc_standard_error(y: ArrayLike) -> float:
    """Return the standard error of the AUC of scores that know nothing, sqrt((n1 + n0 + 1) / (12 n1 n0)).

    That of Mann and Whitney (1947), for rows that are independent; infinite without both classes.
    """
    y01 = outcomes(y, np.atleast_1d(np.asarray(y)).size)
    ones = float(y01.sum())
    zeros = y01.size - ones
    return float(np.sqrt((y01.size + 1) / (12 * ones * zeros))) if ones and zeros else math.inf


def corp(p: ArrayLike, y: ArrayLike) -> Corp:
    """Decompose the Brier score through an isotonic refit (Dimitriadis, Gneiting and Jordan 2021)."""
    score, y01 = _pair(p, y)
    groups = merge_ties(score, y01, np.ones(score.size))
    refit = isotonic_fit(groups.mean, groups.weight)[groups.place]
    total, best, flat = brier(score, y01), float(np.mean((refit - y01) ** 2)), float(y01.mean() * (1 - y01.mean()))
    return Corp(score=total, miscalibration=total - best, discrimination=flat - best, uncertainty=flat)


def _pair(p: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    score = probabilities(p)
    return score, outcomes(y, score.size)
