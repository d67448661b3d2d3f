"""Beta calibration: sigma(a ln p - b ln(1 - p) + c) with a, b >= 0 (Kull, Silva Filho and Flach 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import Floats, off_the_ends, outcomes, probabilities, weights
from psky.learn.calibration.logistic import fit_logistic, refuse_separated
from psky.learn.calibration.spread import DeltaBound, Spread

# Which of a, b, c are free: the likelihood is concave, so its maximum is the constrained one where that is allowed, and
# else the best of those on the edges that are.
_INSIDE, _EDGES = (0, 1, 2), ((1, 2), (0, 2), (2,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta(DeltaBound):
    """The map p -> sigma(a ln p - b ln(1 - p) + c)."""

    name: ClassVar[str] = "beta"

    a: float
    b: float
    c: float
    spread: Spread

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Fit a, b >= 0 and c by maximum likelihood.

        Raises:
            ModelError: one class only, or classes that p separates.
        """
        score = probabilities(p)
        y01, w = outcomes(y, score.size), weights(weight, score.size)
        refuse_separated(score, y01, w)
        columns = _columns(score)
        best = _on_face(columns, y01, w, _INSIDE)
        if best is None:
            allowed = [theta for free in _EDGES if (theta := _on_face(columns, y01, w, free)) is not None]
            if not allowed:
                raise ModelError(f"expected a finite beta fit on {score.size} rows, found none")
            best = min(allowed, key=lambda theta: _loss(columns @ theta, y01, w))
        a, b, c = best.tolist()
        return cls(a=a, b=b, c=c, spread=Spread.of(expit(columns @ np.array([a, b, c])), w, n_eff))

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities, float64[n]."""
        log_p, minus_log_q = _logs(probabilities(p))
        # Not a product of matrices: that rounds one row otherwise than many.
        return np.asarray(expit(self.a * log_p + self.b * minus_log_q + self.c))


def _logs(p: Floats) -> tuple[Floats, Floats]:
    kept = off_the_ends(p)
    return np.log(kept), -np.log1p(-kept)


def _columns(p: Floats) -> Floats:
    return np.column_stack([*_logs(p), np.ones(p.size)])


def _on_face(columns: Floats, y: Floats, weight: Floats, free: tuple[int, ...]) -> Floats | None:
    chosen = list(free)
    fitted = fit_logistic(columns[:, chosen], y, weight, np.array([1.0, 1.0, 0.0])[chosen])
    if fitted is None:
        return None
    theta = np.zeros(3)
    theta[chosen] = fitted
    return theta if theta[:2].min() >= 0 else None


def _loss(eta: Floats, y: Floats, weight: Floats) -> float:
    return float(np.sum(weight * (np.logaddexp(0.0, eta) - y * eta)))
