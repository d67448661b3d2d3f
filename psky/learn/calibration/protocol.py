"""What every calibrator offers: a frozen map from a model's probability to one that comes true as often as it says."""

from __future__ import annotations

from typing import ClassVar, Protocol, Self

from numpy.typing import ArrayLike

from psky.learn.arrays import Floats


class Calibrator(Protocol):
    """A fitted calibration map.

    `p` is float64[n] of probabilities, `y` holds 0 and 1, `weight` is scaled to mean 1 and None is equal weights.
    `n_eff` is the effective number of rows (METHOD 1.2); None takes all rows as independent.
    """

    name: ClassVar[str]

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Fit the map by weighted maximum likelihood.

        Raises:
            ModelError: values that are no probabilities or outcomes, negative weights, or data without a finite fit.
        """
        ...

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities, float64[n]."""
        ...

    def lower(self, p: ArrayLike, z: float, *, transformed: Floats | None = None) -> Floats:
        """Return a lower bound `z` standard errors below `transform(p)`, float64[n]; z = 0 is `transform(p)`.

        Who has `transform(p)` at hand gives it, as `transformed`.
        """
        ...
