"""Platt scaling: sigma(a logit p + b) by maximum likelihood without a penalty (Platt 1999)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import Floats, logit, outcomes, probabilities, weights
from psky.learn.calibration.logistic import fit_logistic, refuse_separated
from psky.learn.calibration.spread import DeltaBound, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Platt(DeltaBound):
    """The map p -> sigma(slope * logit p + intercept)."""

    name: ClassVar[str] = "platt"

    slope: float
    intercept: float
    spread: Spread

    @classmethod
    def fit(
        cls,
        p: ArrayLike,
        y: ArrayLike,
        weight: ArrayLike | None = None,
        n_eff: float | None = None,
        *,
        smoothed: bool = False,
    ) -> Self:
        """Fit slope and intercept.

        `smoothed` replaces the outcomes by Platt's targets (N1 + 1) / (N1 + 2) and 1 / (N0 + 2), which have a finite
        fit even when p separates the classes.

        Raises:
            ModelError: one class only, or classes that p separates (either way), unless `smoothed`.
        """
        score = probabilities(p)
        y01, w = outcomes(y, score.size), weights(weight, score.size)
        if smoothed:
            ones, zeros = float(w[y01 == 1].sum()), float(w[y01 == 0].sum())
            target = np.where(y01 == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
        else:
            refuse_separated(score, y01, w)
            refuse_separated(1 - score, y01, w)
            target = y01
        z = logit(score)
        fitted = fit_logistic(np.column_stack([z, np.ones(z.size)]), target, w, np.array([1.0, 0.0]))
        if fitted is None:
            raise ModelError(f"expected a finite Platt fit on {score.size} rows, found none")
        return cls._around(float(fitted[0]), float(fitted[1]), score, w, n_eff)

    @classmethod
    def base_rate(cls, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Return the map that gives every row the weighted share of ones: what is left of scores that rank nothing."""
        rows = np.atleast_1d(np.asarray(y)).size
        y01, w = outcomes(y, rows), weights(weight, rows)
        rate = np.full(rows, float(np.mean(w * y01)))
        refuse_separated(rate, y01, w)
        return cls._around(0.0, float(logit(rate)[0]), rate, w, n_eff)

    @classmethod
    def _around(cls, slope: float, intercept: float, score: Floats, weight: Floats, n_eff: float | None) -> Self:
        calibrated = np.asarray(expit(slope * logit(score) + intercept))
        return cls(slope=slope, intercept=intercept, spread=Spread.of(calibrated, weight, n_eff))

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities, float64[n]."""
        return np.asarray(expit(self.slope * logit(probabilities(p)) + self.intercept))
