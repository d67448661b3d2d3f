"""Names for the arrays of learning, and the checks that every function of probabilities makes first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from psky.errors import ModelError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PROBABILITY_FLOOR = 1e-6
"""Probabilities are kept this far from 0 and 1 where a logarithm is taken (METHOD 2.1)."""


def probabilities(p: ArrayLike) -> Floats:
    """Return `p` as float64[n] after checking that each value is within [0, 1].

    Raises:
        ModelError: no values, more than one dimension, or a value that is no probability.
    """
    values = np.asarray(p, dtype=np.float64)
    if values.ndim == 0:
        values = values[None]
    if values.ndim != 1 or values.size == 0:
        raise ModelError(f"expected one or more probabilities in one dimension, found shape {values.shape}")
    if values.size == 1 and 0 <= values.item() <= 1:  # one value at a time is how a live decision asks
        return values
    good = (values >= 0) & (values <= 1)
    if not good.all():
        bad = ~good
        raise ModelError(f"expected probabilities within [0, 1], found {values[bad][0]} at row {int(bad.argmax())}")
    return values


def outcomes(y: ArrayLike, rows: int) -> Floats:
    """Return binary outcomes as float64[rows] of 0 and 1.

    Raises:
        ModelError: another length, or a value that is neither 0 nor 1.
    """
    values = np.atleast_1d(np.asarray(y, dtype=np.float64))
    if values.shape != (rows,):
        raise ModelError(f"expected {rows} outcomes, one for each probability, found shape {values.shape}")
    bad = (values != 0) & (values != 1)
    if bad.any():
        raise ModelError(f"expected outcomes 0 or 1, found {values[bad][0]} at row {int(bad.argmax())}")
    return values


def weights(weight: ArrayLike | None, rows: int) -> Floats:
    """Return sample weights as float64[rows] scaled to mean 1; None is equal weights.

    Raises:
        ModelError: another length, a negative or non-finite weight, or weights that are all zero.
    """
    if weight is None:
        return np.ones(rows)
    values = np.atleast_1d(np.asarray(weight, dtype=np.float64))
    if values.shape != (rows,):
        raise ModelError(f"expected {rows} weights, found shape {values.shape}")
    if not (np.isfinite(values) & (values >= 0)).all() or not values.any():
        raise ModelError("expected finite weights of zero or more, not all zero")
    return np.asarray(values / values.mean())


def logit(p: Floats) -> Floats:
    """Return ln(p / (1 - p)) with p kept off 0 and 1 by `PROBABILITY_FLOOR`."""
    return np.asarray(special.logit(off_the_ends(p)))


def off_the_ends(p: Floats) -> Floats:
    """Return p kept off 0 and 1 by `PROBABILITY_FLOOR`."""
    if p.size == 1 and PROBABILITY_FLOOR <= p.item() <= 1 - PROBABILITY_FLOOR:  # as above
        return p
    # For few values, clip takes four times as long.
    return np.asarray(np.minimum(np.maximum(p, PROBABILITY_FLOOR), 1 - PROBABILITY_FLOOR))
