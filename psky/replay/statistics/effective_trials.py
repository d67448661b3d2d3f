"""How many independent trials a family of correlated ones amounts to (METHOD 4.4), and which of them are distinct."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats, Ints, matrix

_NEAR = 0.9


def correlation(returns: ArrayLike) -> Floats:
    """Return the correlation of the trials that vary, float64[k, k] with k <= N, from returns float64[T, N]."""
    values = matrix(returns, least=2)
    moving = values[:, values.min(axis=0) < values.max(axis=0)]
    away = moving - moving.mean(axis=0)
    unit = away / np.sqrt(np.sum(away**2, axis=0))
    found = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def entropy_rank(C: ArrayLike) -> float:
    """Return the exponential of the entropy of the normalised eigenvalues (Roy and Vetterli 2007)."""
    values = np.maximum(np.linalg.eigvalsh(_square(C)), 0.0)
    share = values[values > 0] / values.sum()
    return math.exp(-float(np.sum(share * np.log(share))))


def distinct(returns: ArrayLike) -> Ints:
    """Return the columns of trials that are not near-duplicates, int64[k], from returns float64[T, N].

    Of each cluster of average linkage whose returns correlate above 0.9 it is the earliest, which looks at no result:
    such trials share four fifths of their variance, and which of them leads at a time is chance. Of those that never
    traded it is the earliest too.
    """
    values = matrix(returns, least=2)
    moves = values.min(axis=0) < values.max(axis=0)
    idle = np.flatnonzero(~moves)[:1]
    if not moves.any():
        return idle
    cluster = _cluster_of(correlation(values), float(_distance(_NEAR)))
    _, earliest = np.unique(cluster, return_index=True)
    return np.sort(np.concatenate([np.flatnonzero(moves)[earliest], idle]))


def _cluster_of(known: Floats, cut: float) -> Ints:
    if known.shape[0] == 1:
        return np.zeros(1, dtype=np.int64)
    distance = _distance(known)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    return np.asarray(fcluster(tree, t=cut, criterion="distance"), dtype=np.int64) - 1


def _distance(correlation: ArrayLike) -> Floats:
    return np.asarray(np.sqrt(np.clip((1 - np.asarray(correlation)) / 2, 0.0, 1.0)))


def _square(C: ArrayLike) -> Floats:
    known = np.asarray(C, dtype=np.float64)
    if known.ndim != 2 or known.shape[0] != known.shape[1] or known.size == 0:
        raise UsageError(f"expected a square correlation matrix, found shape {known.shape}")
    if not np.allclose(known, known.T, atol=1e-9) or not np.allclose(np.diag(known), 1.0, atol=1e-9):
        raise UsageError("expected a symmetric correlation matrix with ones on its diagonal")
    return known
