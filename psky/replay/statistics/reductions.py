"""Figures of series along the last axis, of one series or of many resamples at once: float64[..., T] to float64[...].

What is undefined is NaN here, because a resample may be so where the series is not; `defined` makes None of it.
"""

from __future__ import annotations

import math

import numpy as np

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats

MIN_LOSSES = 5
"""Fewest losses for which a profit factor means anything (METHOD 9)."""


def defined(value: Floats | float) -> float | None:
    """Return one figure as a number, or None where it is undefined."""
    number = float(value)
    return number if math.isfinite(number) else None


def quotient(above: Floats, below: Floats) -> Floats:
    """Return one figure over another, NaN where the other is not above zero."""
    found: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=found, where=np.asarray(below > 0))
    return found


def mean(values: Floats) -> Floats:
    """Return the mean, NaN of nothing."""
    return quotient(values.sum(axis=-1), np.asarray(float(values.shape[-1])))


def win_rate(values: Floats) -> Floats:
    """Return the share of values above zero."""
    return mean((values > 0).astype(np.float64))


def profit_factor(values: Floats) -> Floats:
    """Return the sum of gains over the sum of losses; NaN with fewer than five losses."""
    losses = np.where((values < 0).sum(axis=-1) >= MIN_LOSSES, -np.minimum(values, 0.0).sum(axis=-1), 0.0)
    return quotient(np.maximum(values, 0.0).sum(axis=-1), losses)


def sharpe(values: Floats, periods_per_year: float) -> Floats:
    """Return the annualised mean over the standard deviation (n - 1); NaN for values that do not vary."""
    return mean(values) * math.sqrt(periods_per_year) * _per(_sd(values))


def sortino(values: Floats, periods_per_year: float) -> Floats:
    """Return the annualised mean over the root of the mean squared loss, all periods counted; NaN without a loss."""
    downside = np.sqrt(mean(np.minimum(values, 0.0) ** 2))
    return mean(values) * math.sqrt(periods_per_year) * _per(downside)


def sqn(values: Floats) -> Floats:
    """Return sqrt(n) mean / sd (n - 1); NaN for values that do not vary."""
    return sharpe(values, values.shape[-1])


def cvar(values: Floats, share: float) -> Floats:
    """Return the mean of the worst `share` of values, the last one counted in part (Rockafellar and Uryasev 2002)."""
    if not 0 < share <= 1:
        raise UsageError(f"expected a share within (0, 1], found {share}")
    mass = share * values.shape[-1]
    whole = min(math.floor(mass + 1e-12), values.shape[-1])
    # Only the smallest are looked at; sorting them keeps the sum the same in any order of the series.
    worst = np.sort(values, axis=-1)[..., : whole + 1]
    rest = (mass - whole) * worst[..., whole] if whole < worst.shape[-1] else 0.0
    return quotient(worst[..., :whole].sum(axis=-1) + rest, np.asarray(mass))


def max_drawdown(changes: Floats) -> Floats:
    """Return the depth, zero or positive, of the curve that starts at 0 and moves by `changes`."""
    return max_drawdown_within(changes, changes, changes, np.zeros(()))


def max_drawdown_within(changes: Floats, lowest: Floats, highest: Floats, inside: Floats) -> Floats:
    """Return the depth of a curve that is known within its periods.

    A period moves the curve by `changes` and takes it to `lowest` and `highest` from where the period began; `inside`
    is the deepest drawdown within the period alone.
    """
    begins = np.cumsum(changes, axis=-1) - changes
    peak = np.maximum.accumulate(np.maximum(begins + np.maximum(highest, changes), 0.0), axis=-1)
    before = np.concatenate([np.zeros_like(peak[..., :1]), peak[..., :-1]], axis=-1)
    across = np.maximum(before, begins) - (begins + np.minimum(lowest, changes))
    deepest: Floats = np.max(np.maximum(across, inside), axis=-1, initial=0.0)
    return deepest


def longest_underwater(changes: Floats) -> Floats:
    """Return the longest run of periods that end below an earlier peak of the curve that starts at 0."""
    curve = np.cumsum(changes, axis=-1)
    under = curve < np.maximum.accumulate(np.maximum(curve, 0.0), axis=-1)
    place = np.arange(1, curve.shape[-1] + 1)
    surfaced = np.maximum.accumulate(np.where(under, 0, place), axis=-1)
    longest: Floats = np.max(place - surfaced, axis=-1, initial=0).astype(np.float64)
    return longest


def _sd(values: Floats) -> Floats:
    if values.shape[-1] < 2:
        return np.zeros(values.shape[:-1])
    # Rounding leaves a trace of variance in values that are all the same.
    varies = values.min(axis=-1) < values.max(axis=-1)
    return np.where(varies, np.std(values, axis=-1, ddof=1), 0.0)


def _per(spread: Floats) -> Floats:
    return quotient(np.ones(()), spread)
