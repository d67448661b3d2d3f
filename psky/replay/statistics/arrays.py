"""Names for the arrays of statistics, and their checks.

Returns are net returns at a fixed sampling, idle periods as zeros: float64[T], or float64[T, N] with a column a trial.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.errors import UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def series(returns: ArrayLike, least: int = 1) -> Floats:
    """Return one series of returns as float64[T].

    Raises:
        UsageError: another shape, fewer than `least` periods, or values that are not finite.
    """
    values = np.asarray(returns, dtype=np.float64)
    if values.ndim != 1 or values.size < least:
        raise UsageError(f"expected a series of at least {least} returns, found shape {values.shape}")
    if not np.isfinite(values).all():
        raise UsageError("expected finite returns, found NaN or infinity")
    return values


def matrix(returns: ArrayLike, least: int = 1) -> Floats:
    """Return the returns of trials as float64[T, N]; one series is one trial.

    Raises:
        UsageError: another shape, no trial, fewer than `least` periods, or values that are not finite.
    """
    values = np.asarray(returns, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or values.shape[1] == 0 or values.shape[0] < least:
        raise UsageError(f"expected at least {least} periods by one or more trials, found shape {values.shape}")
    if not np.isfinite(values).all():
        raise UsageError("expected finite returns, found NaN or infinity")
    return values
