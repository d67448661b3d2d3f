"""The probability of backtest overfitting by combinatorially symmetric cross-validation (METHOD 4.2).

Bailey, Borwein, López de Prado and Zhu 2017, J. Computational Finance 20(4). A veto, never evidence of an edge: trials
that all lose can have a PBO of zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats, Ints, matrix

Metric = Literal["mean", "sharpe"]

_CHUNK_CELLS = 2_000_000  # block moments held at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pbo:
    """What choosing the best half of the time does to the other half, over all splits in lexicographic order."""

    pbo: float
    """Share of splits whose winner is at or below the median outside its half."""
    logits: Floats
    picks: Ints
    slope: float | None
    """Of the winner's score outside on its score inside, over splits; None when the latter does not vary."""
    loss_share: float
    """Share of splits whose winner loses outside."""


def pbo_cscv(returns: ArrayLike, blocks: int, metric: Metric = "sharpe") -> Pbo:
    """Compare, for every half of `blocks` even blocks, the best trial inside with its rank outside.

    The oldest T mod `blocks` periods are left out. A trial that does not vary in a half scores zero there by `sharpe`.

    Args:
        returns: float64[T, N].
        blocks: an even number of blocks, at most T; 8 are 70 splits, 10 are 252, 16 are 12,870.
        metric: the score of a trial over a half.

    Raises:
        UsageError: an odd number of blocks, too few periods, fewer than two trials.
    """
    values = matrix(returns)
    if blocks < 2 or blocks % 2 or blocks > values.shape[0] or values.shape[1] < 2:
        raise UsageError(
            f"expected two trials or more and an even number of blocks up to {values.shape[0]}, "
            f"found {values.shape[1]} trials and {blocks} blocks"
        )
    size = values.shape[0] // blocks
    cut = values[values.shape[0] - size * blocks :].reshape(blocks, size, -1)
    halves = np.array(list(combinations(range(blocks), blocks // 2)), dtype=np.int64)
    inside = _scores(cut, halves, metric)
    # The complement of the i-th half in lexicographic order is the i-th from the end.
    outside = inside[::-1]
    picks = np.argmax(inside, axis=1)
    rows = np.arange(halves.shape[0])
    chosen, reached = inside[rows, picks], outside[rows, picks]
    below = np.sum(outside < reached[:, None], axis=1)
    ties = np.sum(outside == reached[:, None], axis=1)
    omega = (below + (ties + 1) / 2) / (values.shape[1] + 1)
    return Pbo(
        pbo=float(np.mean(omega <= 0.5)),
        logits=np.log(omega / (1 - omega)),
        picks=picks,
        slope=_slope(chosen, reached),
        loss_share=float(np.mean(reached < 0)),
    )


def _scores(cut: Floats, halves: Ints, metric: Metric) -> Floats:
    mean = cut.mean(axis=1)
    within = np.sum((cut - mean[:, None]) ** 2, axis=1)
    found = np.empty((halves.shape[0], cut.shape[2]))
    step = max(1, _CHUNK_CELLS // (halves.shape[1] * cut.shape[2]))
    for low in range(0, halves.shape[0], step):
        part = halves[low : low + step]
        centre = mean[part].mean(axis=1)
        if metric == "sharpe":
            between = cut.shape[1] * np.sum((mean[part] - centre[:, None]) ** 2, axis=1)
            variance = (within[part].sum(axis=1) + between) / (part.shape[1] * cut.shape[1])
            # Rounding leaves a trace of variance in a constant series.
            still = variance <= 1e-28 * np.maximum(centre**2, np.finfo(np.float64).tiny)
            centre = np.where(still, 0.0, centre / np.sqrt(np.where(still, 1.0, variance)))
        found[low : low + step] = centre
    return found


def _slope(inside: Floats, outside: Floats) -> float | None:
    away = inside - inside.mean()
    spread = float(np.sum(away**2))
    return float(np.sum(away * outside)) / spread if spread > 0 else None
