"""How much of a label is its own: average uniqueness and effective sample size (AFML 2018, chapter 4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import ModelError
from psky.learn.arrays import Floats


def average_uniqueness(t0: ArrayLike, t1: ArrayLike) -> Floats:
    """Return (1 / (t1 - t0)) times the integral of dt / concurrency over [t0, t1), float64[n] within (0, 1].

    One sweep over the sorted ends, O(n log n). A label without length gets one over the number of labels alive at that
    instant, itself and its twins included. Labels of whole ticks with their ends included (AFML snippet 4.2) have
    theirs at `t1 + 1`.

    Raises:
        ModelError: times of different lengths, or a label that ends before it starts.
    """
    starts, ends = np.asarray(t0), np.asarray(t1)
    if starts.ndim != 1 or starts.shape != ends.shape:
        raise ModelError(f"expected t0 and t1 of one length, found shapes {starts.shape} and {ends.shape}")
    if (ends < starts).any():
        raise ModelError(f"expected labels that end after they start, found row {int((ends < starts).argmax())}")
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


def effective_rows(uniqueness: ArrayLike) -> float:
    """Return the effective sample size of overlapping labels: the sum of their average uniqueness (METHOD 1.2)."""
    return float(np.sum(np.asarray(uniqueness, dtype=np.float64)))
