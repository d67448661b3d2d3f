"""No calibration: the model's probability as it is, with the uncertainty of a Platt map around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from numpy.typing import ArrayLike

from psky.learn.arrays import Floats, outcomes, probabilities, weights
from psky.learn.calibration.spread import DeltaBound, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(DeltaBound):
    """The map p -> p."""

    name: ClassVar[str] = "none"

    spread: Spread

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Learn the uncertainty only."""
        score = probabilities(p)
        outcomes(y, score.size)
        return cls(spread=Spread.of(score, weights(weight, score.size), n_eff))

    def transform(self, p: ArrayLike) -> Floats:
        """Return `p`, float64[n]."""
        return probabilities(p)
