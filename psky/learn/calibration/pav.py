"""Weighted isotonic regression by pooling adjacent violators, ties merged first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from psky.learn.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Rows of one score, merged: distinct scores ascending, their mean outcome and total weight, float64[k].

    `place` is int64[n]: the group of each row.
    """

    score: Floats
    mean: Floats
    weight: Floats
    place: Ints


def merge_ties(score: Floats, y: Floats, weight: Floats) -> Groups:
    """Merge rows of equal score by the weighted mean of their outcomes; rows without weight do not count."""
    distinct, place = np.unique(score, return_inverse=True)
    total = np.bincount(place, weights=weight).astype(np.float64)
    hits = np.bincount(place, weights=weight * y)
    kept = total > 0
    renumbered = np.cumsum(kept) - 1
    return Groups(
        score=distinct[kept],
        mean=hits[kept] / total[kept],
        weight=total[kept],
        place=np.maximum(renumbered[place], 0),
    )


def isotonic_fit(mean: Floats, weight: Floats) -> Floats:
    """Return the non-decreasing sequence nearest to `mean` in weighted squares, float64[k]."""
    return np.asarray(isotonic_regression(mean, weights=weight, increasing=True).x, dtype=np.float64)
