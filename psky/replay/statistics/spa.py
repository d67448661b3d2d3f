"""Hansen's test for superior predictive ability over all trials, studentised (METHOD 4.3).

Hansen 2005, JBES 23. The null: no trial has a mean return above zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.replay.statistics.arrays import Floats, matrix
from psky.replay.statistics.bootstrap import bootstrap_means, variance_of_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Spa:
    """The statistic and its p-values; `consistent` decides, `upper` is close to White's reality check."""

    statistic: float
    lower: float
    consistent: float
    upper: float


def spa(returns: ArrayLike, *, block: float, seed: int, reps: int = 10_000, studentised: bool = True) -> Spa:
    """Test whether the best trial's mean is more than the luck of the best of N.

    The p-values are shares of bootstrap maxima above the statistic. When no trial's mean is above zero there is nothing
    to explain: all p-values are 1. Trials that do not vary take no part, since they cannot be lucky.

    Args:
        returns: float64[T, N] of every trial, at least three periods, benchmark already subtracted.
        block: mean block length of the stationary bootstrap, in periods.
        seed: of the bootstrap.
        reps: resamples; at least 5,000 for p-values good to .01.
        studentised: divide each mean by its bootstrap standard error.

    Raises:
        UsageError: fewer than three periods, or values that are not finite.
    """
    values = matrix(returns, least=3)
    periods = values.shape[0]
    variance = variance_of_mean(values, 1 / block)
    moving = variance > 0
    mean, sd = values.mean(axis=0)[moving], np.sqrt(variance[moving])
    scale = sd if studentised else np.ones(sd.size)
    statistic = float(np.max(math.sqrt(periods) * mean / scale, initial=0.0))
    if statistic <= 0:
        return Spa(statistic=0.0, lower=1.0, consistent=1.0, upper=1.0)
    centres = _centres(mean, sd, periods)
    above = np.zeros(len(centres))
    for drawn in bootstrap_means(values[:, moving], block=block, reps=reps, seed=seed):
        for number, centre in enumerate(centres):
            above[number] += np.sum(np.max(math.sqrt(periods) * (drawn - centre) / scale, axis=1) > statistic)
    lower, consistent, upper = (above / reps).tolist()
    return Spa(statistic=statistic, lower=lower, consistent=consistent, upper=upper)


def _centres(mean: Floats, sd: Floats, periods: int) -> tuple[Floats, Floats, Floats]:
    hopeless = math.sqrt(periods) * mean / sd < -math.sqrt(2 * math.log(math.log(periods)))
    return np.maximum(mean, 0.0), np.where(hopeless, 0.0, mean), mean
