"""The stationary bootstrap of dependent returns (Politis and Romano 1994, JASA 89; METHOD 4.3)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats, Ints, matrix, series

_CHUNK_CELLS = 2_000_000  # indices held at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLength:
    """The mean block lengths that estimate the variance of a mean best."""

    stationary: float
    circular: float


def stationary_indices(periods: int, reps: int, block: float, rng: np.random.Generator) -> Ints:
    """Return resampled row numbers, int64[reps, periods]: blocks of mean length `block` that wrap round the end.

    Raises:
        UsageError: a block shorter than one period, or no periods.
    """
    if periods < 1 or reps < 1 or not block >= 1:
        raise UsageError(f"expected periods, reps and block of one or more, found {periods}, {reps}, {block}")
    fresh = rng.random((reps, periods)) < 1 / block
    fresh[:, 0] = True
    start = rng.integers(periods, size=(reps, periods))
    now = np.arange(periods)
    began = np.maximum.accumulate(np.where(fresh, now, 0), axis=1)
    return (np.take_along_axis(start, began, axis=1) + now - began) % periods


def bootstrap_means(returns: ArrayLike, *, block: float, reps: int, seed: int) -> Iterator[Floats]:
    """Yield the means of resampled rows, float64[some reps, N], until `reps` are done; memory stays bounded."""
    values = matrix(returns)
    periods, rng = values.shape[0], np.random.default_rng(seed)
    step = max(1, _CHUNK_CELLS // periods)
    for low in range(0, reps, step):
        count = min(step, reps - low)
        rows = stationary_indices(periods, count, block, rng)
        # How often each row was drawn: the mean of a resample is then one product of matrices.
        cell = (rows + periods * np.arange(count)[:, None]).ravel()
        drawn = np.bincount(cell, minlength=count * periods).reshape(count, periods)
        yield drawn.astype(np.float64) @ values / periods


def variance_of_mean(returns: ArrayLike, q: float) -> Floats:
    """Return the variance of sqrt(T) times the bootstrapped mean, float64[N], exactly (METHOD 4.3).

    C(0) + 2 sum k(i) C(i), k(i) = (1 - i/T)(1 - q)^i + (i/T)(1 - q)^(T - i), q = 1 / block, C with divisor T.
    """
    values = matrix(returns)
    if not 0 < q <= 1:
        raise UsageError(f"expected q = 1 / block within (0, 1], found {q}")
    periods = values.shape[0]
    away = values - values.mean(axis=0)
    # Autocovariances of all lags by a transform padded so that nothing wraps round.
    size = 1 << (2 * periods - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(away, size, axis=0)) ** 2
    covariance = np.fft.irfft(spectrum, size, axis=0)[:periods] / periods
    lag = np.arange(periods)
    kernel = (1 - lag / periods) * (1 - q) ** lag + lag / periods * (1 - q) ** (periods - lag)
    found = covariance[0] + 2 * kernel[1:] @ covariance[1:]
    varying = values.min(axis=0) < values.max(axis=0)
    return np.where(varying, np.maximum(found, 0.0), 0.0)


def optimal_block_length(returns: ArrayLike) -> BlockLength:
    """Choose a block length from the autocovariances of one series.

    Politis and White 2004 with the correction of Patton, Politis and White 2009: a flat-top window of twice the lag
    after which five autocorrelations in a row are no more than noise. A constant series needs none: 1.
    """
    values = series(returns, least=2)
    if values.min() == values.max():
        return BlockLength(stationary=1.0, circular=1.0)
    periods = values.size
    cap = math.ceil(min(3 * math.sqrt(periods), periods / 3))
    run = max(5, int(math.log10(periods)))
    last = min(math.ceil(math.sqrt(periods)) + run, periods - 2)
    away = values - values.mean()
    covariance = np.array([float(away[lag:] @ away[: periods - lag]) / periods for lag in range(last + 1)])
    window = _bandwidth(away, covariance, run, last)
    lag = np.arange(1, window + 1)
    taper = np.minimum(1.0, 2 * (1 - lag / max(window, 1)))
    spread = covariance[0] + 2 * float(np.sum(taper * covariance[lag]))
    slope = 2 * float(np.sum(taper * lag * covariance[lag]))
    if spread == 0:
        return BlockLength(stationary=float(cap), circular=float(cap))
    length = [(2 * slope**2 / (factor * spread**2) * periods) ** (1 / 3) for factor in (2.0, 4 / 3)]
    return BlockLength(stationary=min(length[0], cap), circular=min(length[1], cap))


def _bandwidth(away: Floats, covariance: Floats, run: int, last: int) -> int:
    # The lag-i correlation is scaled by the rows beyond lag i + 1, as in the authors' programs.
    periods = away.size
    noise = 2 * math.sqrt(math.log10(periods) / periods)
    scale = [math.sqrt(float(np.sum(away[i + 1 :] ** 2) * np.sum(away[: -(i + 1)] ** 2))) for i in range(last + 1)]
    small = np.abs(covariance) * periods < noise * np.array(scale)
    for end in range(run, last + 1):
        if small[end - run : end].all():
            return min(2 * max(end - run, 1), last)
    return max(last, 0)
