"""Lower bounds of a probability from counts, and of a mean from bounded values (METHOD 2.4).

Counts may be fractional, as effective sample sizes are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from psky.errors import ModelError
from psky.learn.arrays import Floats


def wilson_lower(k: ArrayLike, n: ArrayLike, alpha: float) -> Floats:
    """Return Wilson's one-sided lower bound of k successes in n trials at level 1 - alpha (Wilson 1927)."""
    hits, trials = _counts(k, n, alpha)
    z = float(ndtri(1 - alpha))
    misses_share = np.where(trials > 0, (trials - hits) / np.where(trials > 0, trials, 1.0), 0.0)
    spread = z * np.sqrt(hits * misses_share + z * z / 4)
    bound = (hits + z * z / 2 - spread) / np.where(trials > 0, trials + z * z, 1.0)
    return np.where(trials > 0, np.clip(bound, 0.0, 1.0), 0.0)


def clopper_pearson_lower(k: ArrayLike, n: ArrayLike, alpha: float) -> Floats:
    """Return the exact lower bound Beta(k, n - k + 1).ppf(alpha); 0 without a success (Clopper and Pearson 1934)."""
    hits, trials = _counts(k, n, alpha)
    bound = betaincinv(np.where(hits > 0, hits, 1.0), trials - hits + 1, alpha)
    return np.where(hits > 0, bound, 0.0)


def jeffreys_lower(k: ArrayLike, n: ArrayLike, alpha: float) -> Floats:
    """Return Jeffreys' lower bound Beta(k + 1/2, n - k + 1/2).ppf(alpha)."""
    hits, trials = _counts(k, n, alpha)
    return np.asarray(betaincinv(hits + 0.5, trials - hits + 0.5, alpha))


def hoeffding_lower(mean: float, n: float, low: float, high: float, delta: float) -> float:
    """Return the bound mean - (high - low) sqrt(ln(1/delta) / 2n) of values within [low, high] (Hoeffding 1963)."""
    _range(n, low, high, delta)
    return mean - (high - low) * math.sqrt(math.log(1 / delta) / (2 * n))


def empirical_bernstein_lower(mean: float, variance: float, n: float, low: float, high: float, delta: float) -> float:
    """Return the empirical Bernstein bound of a mean (Maurer and Pontil 2009, theorem 4).

    mean - sqrt(2 v ln(2/delta) / n) - 7 (high - low) ln(2/delta) / (3 (n - 1)); without a second value nothing is known
    of the variance and the bound is `low`.
    """
    _range(n, low, high, delta)
    if variance < 0:
        raise ModelError(f"expected a variance of zero or more, found {variance}")
    if n <= 1:
        return low
    log = math.log(2 / delta)
    return mean - math.sqrt(2 * variance * log / n) - 7 * (high - low) * log / (3 * (n - 1))


def _counts(k: ArrayLike, n: ArrayLike, alpha: float) -> tuple[Floats, Floats]:
    hits, trials = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if not ((hits >= 0) & (hits <= trials) & np.isfinite(trials)).all():
        raise ModelError("expected counts 0 <= k <= n")
    if not 0 < alpha < 1:
        raise ModelError(f"expected a level alpha between 0 and 1, found {alpha}")
    return hits, trials


def _range(n: float, low: float, high: float, delta: float) -> None:
    if not (n > 0 and low <= high and 0 < delta < 1):
        raise ModelError(f"expected n > 0, low <= high, 0 < delta < 1; found {n}, {low}, {high}, {delta}")
