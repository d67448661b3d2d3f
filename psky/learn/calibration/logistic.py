"""Maximum likelihood of a logistic regression with few columns and no penalty."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import PROBABILITY_FLOOR, Floats

_MAX_STEPS = 100
_STEP_TOLERANCE = 1e-11


def fit_logistic(columns: Floats, target: Floats, weight: Floats, start: Floats) -> Floats | None:
    """Return the coefficients float64[k] that maximise the weighted likelihood, or None when they run away.

    Newton's method with step halving. Directions that the data do not determine (constant or collinear columns) keep
    the value of `start`. Data that the columns separate have no finite maximum: None.

    Args:
        columns: float64[n, k].
        target: float64[n], shares of success within [0, 1].
        weight: float64[n], zero or more.
        start: float64[k], where to begin: the map that changes nothing.
    """
    used = weight > 0
    columns, target, weight = columns[used], target[used], weight[used]
    basis = _determined(columns)
    if basis.shape[1] == 0:
        return start
    reduced, offset = columns @ basis, columns @ start
    # From log-odds of zero, where the curvature is largest, the method converges however far off the scores are.
    moved = np.linalg.lstsq(_products(reduced, reduced), -_products(reduced, offset[:, None])[:, 0], rcond=None)[0]
    loss = _loss(offset + reduced @ moved, target, weight)
    for _ in range(_MAX_STEPS):
        p = expit(offset + reduced @ moved)
        curvature = _products(reduced, reduced * (weight * p * (1 - p))[:, None])
        if np.linalg.cond(curvature) > 1e13:
            return None
        step = np.linalg.solve(curvature, _products(reduced, (weight * (target - p))[:, None])[:, 0])
        shift = float(np.abs(reduced @ step).max())
        scale, trial = 1.0, loss
        while scale > 1e-6:
            trial = _loss(offset + reduced @ (moved + scale * step), target, weight)
            if trial <= loss + 1e-12 * (1 + abs(loss)):
                break
            scale /= 2
        moved, loss = moved + scale * step, trial
        if scale * shift < _STEP_TOLERANCE:
            return np.asarray(start + basis @ moved)
    return None


def refuse_separated(p: Floats, y: Floats, weight: Floats) -> None:
    """Refuse data for which a rising map has no finite maximum likelihood.

    Raises:
        ModelError: one class only, or a threshold of p that separates the classes.
    """
    kept, used = np.clip(p, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR), weight > 0
    won, lost = kept[used & (y == 1)], kept[used & (y == 0)]
    if won.size == 0 or lost.size == 0:
        raise ModelError(f"expected outcomes of both classes, found {won.size} ones and {lost.size} zeros")
    if won.min() >= lost.max() and won.max() > lost.min():
        raise ModelError(
            f"expected classes that overlap, found that p >= {won.min():.6g} separates all {p.size} rows: "
            "look for a feature that knows the outcome, or calibrate with isotonic"
        )


def _determined(columns: Floats) -> Floats:
    scale = np.abs(columns).max(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    squared, directions = np.linalg.eigh(_products(columns / scale, columns / scale))
    kept = directions[:, squared > squared[-1] * 1e-12]
    return np.asarray(kept / scale[:, None])


def _products(left: Floats, right: Floats) -> Floats:
    """Return left' right of a few long columns, for which BLAS would wake threads that then wait for each other."""
    return np.array([[np.sum(x * y) for y in right.T] for x in left.T])


def _loss(eta: Floats, target: Floats, weight: Floats) -> float:
    # log(1 + e^eta), a third of the time of logaddexp.
    softplus = np.maximum(eta, 0.0) + np.log1p(np.exp(-np.abs(eta)))
    return float(np.sum(weight * (softplus - target * eta)))
