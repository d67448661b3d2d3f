"""Isotonic calibration: the best non-decreasing map of the scores (Zadrozny and Elkan 2002)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from psky.errors import ModelError
from psky.learn.arrays import Floats, outcomes, probabilities, weights
from psky.learn.bounds import clopper_pearson_lower
from psky.learn.calibration.pav import isotonic_fit, merge_ties


@dataclass(frozen=True, slots=True, kw_only=True)
class Isotonic:
    """A non-decreasing map: constant on pooled blocks, linear between them, flat outside the fitted scores.

    `scores`, `values` and `counts` are the distinct scores, their calibrated probability and the effective number of
    rows of their block.
    """

    name: ClassVar[str] = "isotonic"

    scores: tuple[float, ...]
    values: tuple[float, ...]
    counts: tuple[float, ...]

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Fit by pooling adjacent violators, ties merged by their weighted mean first."""
        score = probabilities(p)
        y01, w = outcomes(y, score.size), weights(weight, score.size)
        effective = float(score.size) if n_eff is None else n_eff
        if not 0 < effective <= score.size * (1 + 1e-9):
            raise ModelError(f"expected an effective sample size within (0, {score.size}], found {effective}")
        groups = merge_ties(score, y01, w)
        values = isotonic_fit(groups.mean, groups.weight)
        _, block = np.unique(values, return_inverse=True)
        counts = np.bincount(block, weights=groups.weight)[block] * (effective / score.size)
        return cls(scores=tuple(groups.score.tolist()), values=tuple(values.tolist()), counts=tuple(counts.tolist()))

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities, float64[n]."""
        return np.asarray(np.interp(probabilities(p), self.scores, self.values))

    def lower(self, p: ArrayLike, z: float, *, transformed: Floats | None = None) -> Floats:
        """Return Clopper and Pearson's bound at level 1 - Phi(-z) of the block's effective counts, float64[n].

        A block never falls below a block of lower scores, as the map itself never does.
        """
        if z < 0:
            raise ModelError(f"expected z >= 0, found {z}")
        calibrated = self.transform(p) if transformed is None else transformed
        if z == 0:
            return calibrated
        values, counts = np.array(self.values), np.array(self.counts)
        bound = clopper_pearson_lower(np.minimum(values * counts, counts), counts, float(ndtr(-z)))
        return np.minimum(np.interp(probabilities(p), self.scores, np.maximum.accumulate(bound)), calibrated)
