"""How much of a label is its own: concurrency, average uniqueness, effective sample size (AFML 2018, chapter 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.errors import ModelError
from psky.learn.arrays import Floats, Ints, weights


def concurrency(t0: ArrayLike, t1: ArrayLike, length: int) -> Ints:
    """Return how many labels cover each tick 0..length - 1, ends included, int64[length] (AFML snippet 4.1).

    Raises:
        ModelError: a label that ends before it starts or lies outside the ticks.
    """
    starts, ends = _spans(np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64))
    if starts.size and (starts.min() < 0 or ends.max() >= length):
        raise ModelError(f"expected labels within ticks 0..{length - 1}, found {starts.min()}..{ends.max()}")
    change = np.zeros(length + 1, dtype=np.int64)
    np.add.at(change, starts, 1)
    np.add.at(change, ends + 1, -1)
    return np.cumsum(change[:-1])


def average_uniqueness_discrete(t0: ArrayLike, t1: ArrayLike) -> Floats:
    """Return the mean of 1/concurrency over the whole ticks t0..t1 of each label, float64[n] (AFML snippet 4.2)."""
    return average_uniqueness(np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64) + 1)


def average_uniqueness(t0: ArrayLike, t1: ArrayLike) -> Floats:
    """Return (1 / (t1 - t0)) times the integral of dt / concurrency over [t0, t1), float64[n] within (0, 1].

    One sweep over the sorted ends, O(n log n). A label without length gets one over the number of labels alive at that
    instant, itself and its twins included.

    Raises:
        ModelError: a label that ends before it starts.
    """
    starts, ends = _spans(np.asarray(t0), np.asarray(t1))
    if starts.size == 0:
        return np.empty(0)
    times, place = np.unique(np.concatenate([starts, ends]), return_inverse=True)
    first, last = place[: starts.size], place[starts.size :]
    alive = np.cumsum(np.bincount(first, minlength=times.size) - np.bincount(last, minlength=times.size))
    step = np.diff(times).astype(np.float64)
    share = np.concatenate([[0.0], np.cumsum(step / np.maximum(alive[:-1], 1))])
    length = (ends - starts).astype(np.float64)
    instant = length == 0
    together = alive + np.bincount(first[instant], minlength=times.size)
    spread = (share[last] - share[first]) / np.where(instant, 1.0, length)
    return np.minimum(np.where(instant, 1.0 / np.maximum(together[first], 1), spread), 1.0)


def sequential_draw(t0: ArrayLike, t1: ArrayLike, drawn: ArrayLike) -> Floats:
    """Return how probable each label is as the next draw of a sequential bootstrap, float64[n] (AFML section 4.5).

    In proportion to its average uniqueness among the labels `drawn` so far (row numbers, repeats counted) and itself,
    over its whole ticks t0..t1.

    Raises:
        ModelError: a label that ends before it starts, no labels, or a drawn row that is none of them.
    """
    starts, ends = _spans(np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64))
    rows = np.asarray(drawn, dtype=np.int64)
    if starts.size == 0 or (rows.size and (rows.min() < 0 or rows.max() >= starts.size)):
        raise ModelError(f"expected rows of {starts.size} labels, found {rows.tolist()}")
    first = int(starts.min())
    alive = concurrency(starts[rows] - first, ends[rows] - first, int(ends.max()) - first + 1)
    share = np.concatenate([[0.0], np.cumsum(1.0 / (alive + 1))])
    unique = (share[ends - first + 1] - share[starts - first]) / (ends - starts + 1)
    return np.asarray(unique / unique.sum())


def return_attribution(t0: ArrayLike, t1: ArrayLike, returns: ArrayLike) -> Floats:
    """Return weights by the absolute return that is a label's own, float64[n], summing to n (AFML snippet 4.10).

    `returns` float64[T] are the log returns of ticks 0..T - 1, of which a label covers t0..t1; each is shared among the
    labels that cover it. Without any return all weights are 1.

    Raises:
        ModelError: a label that ends before it starts or lies outside the ticks.
    """
    moved = np.asarray(returns, dtype=np.float64)
    alive = concurrency(t0, t1, moved.size)
    starts, ends = np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64)
    shared = np.concatenate([[0.0], np.cumsum(moved / np.maximum(alive, 1))])
    own = np.abs(shared[ends + 1] - shared[starts])
    total = float(own.sum())
    attributed: Floats = own * (own.size / total) if total > 0 else np.ones(own.size)
    return attributed


def time_decay(uniqueness: ArrayLike, oldest: float) -> Floats:
    """Return weights that fall linearly with the uniqueness that came after a label, float64[n] (AFML snippet 4.11).

    The newest weighs 1; the oldest approaches `oldest`, within (-1, 1]. Below zero, the oldest -`oldest` share of all
    uniqueness weighs nothing.

    Raises:
        ModelError: `oldest` out of range, or uniqueness that is negative, not finite or all zero.
    """
    if not -1 < oldest <= 1:
        raise ModelError(f"expected an oldest weight within (-1, 1], found {oldest}")
    passed = np.cumsum(weights(uniqueness, np.atleast_1d(np.asarray(uniqueness)).size))
    slope = (1 - oldest) / passed[-1] if oldest >= 0 else 1 / ((oldest + 1) * passed[-1])
    decayed: Floats = np.maximum(1 - slope * (passed[-1] - passed), 0.0)
    return decayed


def effective_rows(uniqueness: ArrayLike) -> float:
    """Return the effective sample size of overlapping labels: the sum of their average uniqueness (METHOD 1.2)."""
    return float(np.sum(np.asarray(uniqueness, dtype=np.float64)))


def kish(weight: ArrayLike) -> float:
    """Return Kish's effective sample size (sum w)^2 / sum w^2.

    Raises:
        ModelError: a negative or non-finite weight, or weights that are all zero.
    """
    values = weights(weight, np.atleast_1d(np.asarray(weight)).size)
    return float(values.sum() ** 2 / np.square(values).sum())


def _spans(starts: NDArray[Any], ends: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    if starts.ndim != 1 or starts.shape != ends.shape:
        raise ModelError(f"expected t0 and t1 of one length, found shapes {starts.shape} and {ends.shape}")
    if (ends < starts).any():
        raise ModelError(f"expected labels that end after they start, found row {int((ends < starts).argmax())}")
    return starts, ends
