"""The uncertainty of a calibrated probability, by the delta method (METHOD 2.4).

The calibrated log-odds are taken as a Platt map of themselves, slope 1 and intercept 0, whose covariance V is the
inverse Fisher information of the rows it was fitted on, times n / n_eff. For Platt's own map this is exactly
METHOD 2.4, since the delta method does not change under a linear change of parameters; for the other maps it is the
bound of a Platt map fitted on top of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import Floats, logit


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The covariance of slope and intercept of the log-odds around the fitted map."""

    slope: float
    intercept: float
    cross: float

    @classmethod
    def of(cls, calibrated: Floats, weight: Floats, n_eff: float | None) -> Self:
        """Return the spread of a map whose calibrated probabilities on its own rows are given."""
        rows = calibrated.size
        effective = float(rows) if n_eff is None else n_eff
        if not 0 < effective <= rows * (1 + 1e-9):
            raise ModelError(f"expected an effective sample size within (0, {rows}], found {effective}")
        eta = logit(calibrated)
        x = np.column_stack([eta, np.ones(rows)])
        information = (x * (weight * expit(eta) * expit(-eta))[:, None]).T @ x
        covariance = np.linalg.pinv(information, rcond=1e-12, hermitian=True) * (rows / effective)
        return cls(slope=float(covariance[0, 0]), intercept=float(covariance[1, 1]), cross=float(covariance[0, 1]))

    def lower(self, calibrated: Floats, z: float) -> Floats:
        """Return the probability whose log-odds lie `z` standard errors below those of `calibrated`."""
        if z < 0:
            raise ModelError(f"expected z >= 0, found {z}")
        if z == 0:
            return calibrated
        eta = logit(calibrated)
        if eta.size == 1:
            eta = eta[0]  # the same arithmetic, which with an array of one takes several times as long
        variance = (self.slope * eta + 2 * self.cross) * eta + self.intercept
        return np.asarray(np.minimum(expit(eta - z * np.sqrt(np.maximum(variance, 0.0))), calibrated))


class _Mapped(Protocol):
    @property
    def spread(self) -> Spread:
        """The uncertainty around the map."""

    def transform(self, p: ArrayLike) -> Floats:
        """Return calibrated probabilities."""


class DeltaBound:
    """A fitted map whose lower bound is that of its spread."""

    __slots__ = ()

    def lower(self: _Mapped, p: ArrayLike, z: float, *, transformed: Floats | None = None) -> Floats:
        """Return the calibrated probability less `z` standard errors of its log-odds, float64[n] (METHOD 2.4)."""
        return self.spread.lower(self.transform(p) if transformed is None else transformed, z)
