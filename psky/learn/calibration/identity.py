"""No calibration: the model's probability as it is, with the uncertainty of a Platt map around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike

from psky.learn.arrays import Floats, outcomes, probabilities, weights
from psky.learn.calibration.spread import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
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

    def lower(self, p: ArrayLike, z: float, *, transformed: Floats | None = None) -> Floats:
        """Return p less `z` standard errors of its log-odds, float64[n]."""
        return self.spread.lower(self.transform(p) if transformed is None else transformed, z)

    def to_dict(self) -> dict[str, Any]:
        """Return the fitted map as plain values for JSON."""
        return {"name": self.name, "spread": self.spread.to_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a fitted map from what `to_dict` returned."""
        return cls(spread=Spread(**values["spread"]))
