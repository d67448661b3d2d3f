"""The one-standard-error rule: of several fitted ways take the simplest that is not clearly worse than the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from psky.learn.arrays import Floats


def simplest_of_the_best(losses: Sequence[Floats], weight: Floats, n_eff: float) -> int:
    """Return the first of `losses` whose mean is within one standard error of the lowest.

    The standard error is that of the difference to the best, row by row: both saw the same rows, so what makes rows
    hard for both says nothing about which is better (Breiman, Friedman, Olshen and Stone 1984, section 3.4.3, paired).

    Args:
        losses: one float64[n] a candidate, from the simplest on, each row's loss out of fold.
        weight: float64[n] of mean one.
        n_eff: effective number of rows (METHOD 1.2).
    """
    means = [float(np.mean(weight * loss)) for loss in losses]
    best = losses[int(np.argmin(means))]
    return next(number for number, loss in enumerate(losses) if _within(loss - best, weight, n_eff))


def _within(difference: Floats, weight: Floats, n_eff: float) -> bool:
    mean = float(np.mean(weight * difference))
    variance = float(np.mean(weight * (difference - mean) ** 2))
    return mean <= float(np.sqrt(variance / n_eff))
