"""The lower bound of a probability from counts, which may be fractional as effective sample sizes are (METHOD 2.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from psky.errors import ModelError
from psky.learn.arrays import Floats


def clopper_pearson_lower(k: ArrayLike, n: ArrayLike, alpha: float) -> Floats:
    """Return the exact lower bound Beta(k, n - k + 1).ppf(alpha); 0 without a success (Clopper and Pearson 1934)."""
    hits, trials = _counts(k, n, alpha)
    bound = betaincinv(np.where(hits > 0, hits, 1.0), trials - hits + 1, alpha)
    return np.where(hits > 0, bound, 0.0)


def _counts(k: ArrayLike, n: ArrayLike, alpha: float) -> tuple[Floats, Floats]:
    hits, trials = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if not ((hits >= 0) & (hits <= trials) & np.isfinite(trials)).all():
        raise ModelError("expected counts 0 <= k <= n")
    if not 0 < alpha < 1:
        raise ModelError(f"expected a level alpha between 0 and 1, found {alpha}")
    return hits, trials
