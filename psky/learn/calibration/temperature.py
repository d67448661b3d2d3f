"""Temperature scaling: sigma(logit p / tau) (Guo, Pleiss, Sun and Weinberger 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import Floats, logit, outcomes, probabilities, weights
from psky.learn.calibration.logistic import fit_logistic
from psky.learn.calibration.spread import DeltaBound, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature(DeltaBound):
    """The map p -> sigma(inverse * logit p), inverse = 1 / tau >= 0."""

    name: ClassVar[str] = "temperature"

    inverse: float
    spread: Spread

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Fit tau by maximum likelihood; scores that point the wrong way get an infinite one.

        Raises:
            ModelError: scores on the right side of one half for every row, so that tau would be zero.
        """
        score = probabilities(p)
        y01, w = outcomes(y, score.size), weights(weight, score.size)
        z = logit(score)
        pull = (z * (2 * y01 - 1))[w > 0]
        if pull.min() >= 0 and pull.max() > 0:
            raise ModelError(f"expected classes that overlap, found that p = 1/2 separates all {score.size} rows")
        wrong = pull.max() <= 0 and pull.min() < 0
        fitted = None if wrong else fit_logistic(z[:, None], y01, w, np.ones(1))
        inverse = 0.0 if fitted is None else max(float(fitted[0]), 0.0)
        return cls(inverse=inverse, spread=Spread.of(expit(inverse * z), w, n_eff))

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities, float64[n]."""
        return np.asarray(expit(self.inverse * logit(probabilities(p))))
