"""Intervals of figures of dependent rows: the stationary bootstrap with Efron's BCa correction (METHOD 4.3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from psky.replay.figures import Interval
from psky.replay.statistics.arrays import Floats, matrix
from psky.replay.statistics.bootstrap import optimal_block_length, stationary_indices

Statistic = Callable[[Floats], Floats]
"""From rows in the order of time, float64[..., k, T], to one figure each, float64[...]; NaN where it is undefined."""

MIN_ROWS = 10
"""Fewer rows say nothing about how far a figure may be off."""

_CHUNK_CELLS = 4_000_000
_JACKKNIFE_GROUPS = 40
_MIN_DEFINED = 0.9  # share of resamples in which a figure must be defined


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """How intervals are made: `reps` resamples, `level` of confidence, `seed`."""

    reps: int = 5_000
    level: float = 0.95
    seed: int = 7


def block_length(values: ArrayLike) -> float:
    """Return the mean block length that Politis and White choose for a series, at least one row."""
    return float(max(1.0, optimal_block_length(values).stationary))


def bca_intervals(
    rows: ArrayLike, statistics: Mapping[str, Statistic], *, block: float, how: Bootstrap
) -> dict[str, Interval | None]:
    """Return an interval of each figure of `rows`, float64[T, k], all from the same resamples.

    BCa (Efron 1987): quantiles of the resampled figures, moved for their median bias and for how their spread depends
    on the figure; the latter from a jackknife of up to forty blocks. None where there are fewer than ten rows, or where
    the figure is undefined, or is so in more than a tenth of the resamples.

    Raises:
        UsageError: a block shorter than one row, or values that are not finite.
    """
    values = matrix(rows, least=0)
    if values.shape[0] < MIN_ROWS:
        return dict.fromkeys(statistics)
    drawn = _resampled(values, statistics, block, how)
    found = {}
    for name, statistic in statistics.items():
        point = float(statistic(values.T))
        found[name] = _interval(point, drawn[name], _acceleration(values, statistic), how.level)
    return found


def _resampled(values: Floats, statistics: Mapping[str, Statistic], block: float, how: Bootstrap) -> dict[str, Floats]:
    columns, rng = np.ascontiguousarray(values.T), np.random.default_rng(how.seed)
    step = max(1, _CHUNK_CELLS // values.size)
    drawn: dict[str, list[Floats]] = {name: [] for name in statistics}
    for low in range(0, how.reps, step):
        rows = stationary_indices(values.shape[0], min(step, how.reps - low), block, rng)
        sample = np.moveaxis(columns[:, rows], 0, 1)
        for name, statistic in statistics.items():
            drawn[name].append(statistic(sample))
    return {name: np.concatenate(parts) for name, parts in drawn.items()}


def _acceleration(values: Floats, statistic: Statistic) -> float:
    groups = np.array_split(np.arange(values.shape[0]), min(values.shape[0], _JACKKNIFE_GROUPS))
    without = np.array([float(statistic(np.delete(values, group, axis=0).T)) for group in groups])
    away = without.mean() - without
    spread = float(np.sum(away**2)) ** 1.5
    return float(np.sum(away**3)) / (6 * spread) if math.isfinite(spread) and spread > 0 else 0.0


def _interval(point: float, drawn: Floats, acceleration: float, level: float) -> Interval | None:
    resamples, drawn = drawn.size, drawn[np.isfinite(drawn)]
    if not math.isfinite(point) or drawn.size < _MIN_DEFINED * resamples:
        return None
    below = (np.sum(drawn < point) + np.sum(drawn == point) / 2 + 0.5) / (drawn.size + 1)
    bias = float(ndtri(below))
    tail = ndtri((1 - level) / 2)
    shares = [ndtr(bias + (bias + z) / (1 - acceleration * (bias + z))) for z in (tail, -tail)]
    low, high = np.quantile(drawn, np.clip(shares, 0.0, 1.0))
    return Interval(low=float(low), high=float(high))
