"""Binned reliability: tables, the Murphy decomposition, calibration errors and their consistency band.

A binning is int64[n]: the bin of each row, any labels. Bins without rows do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import ModelError
from psky.learn.arrays import Floats, Ints, outcomes, probabilities

_BAND_CELLS = 4_000_000  # simulated outcomes held at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Per bin with rows, ascending: rows int64[k], mean forecast and mean outcome float64[k]."""

    rows: Ints
    forecast: Floats
    outcome: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Murphy:
    """Brier = reliability - resolution + uncertainty + within_variance - within_covariance, exact for any binning."""

    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationError:
    """Distances between forecast and outcome over bins weighted by rows; `squared_debiased` may be negative."""

    l1: float
    l2: float
    largest: float
    squared_debiased: float


def by_mass(p: ArrayLike, bins: int) -> Ints:
    """Return the binning of `bins` bins of equal numbers of rows, ties in the order of the rows."""
    score = probabilities(p)
    label = np.empty(score.size, dtype=np.int64)
    for number, rows in enumerate(np.array_split(np.argsort(score, kind="stable"), _positive(bins))):
        label[rows] = number
    return label


def reliability(p: ArrayLike, y: ArrayLike, binning: Ints) -> Reliability:
    """Return the reliability table of a binning."""
    score, y01, place, rows = _binned(p, y, binning)
    return Reliability(
        rows=rows,
        forecast=np.bincount(place, weights=score) / rows,
        outcome=np.bincount(place, weights=y01) / rows,
    )


def murphy(p: ArrayLike, y: ArrayLike, binning: Ints) -> Murphy:
    """Decompose the Brier score (Murphy 1973, with the within-bin terms of Stephenson, Coelho and Jolliffe 2008)."""
    score, y01, place, _ = _binned(p, y, binning)
    table = reliability(score, y01, binning)
    share, base = table.rows / score.size, float(y01.mean())
    within = score - table.forecast[place]
    return Murphy(
        reliability=float(np.sum(share * (table.forecast - table.outcome) ** 2)),
        resolution=float(np.sum(share * (table.outcome - base) ** 2)),
        uncertainty=base * (1 - base),
        within_variance=float(np.mean(within**2)),
        within_covariance=2 * float(np.mean((y01 - table.outcome[place]) * within)),
    )


def calibration_error(p: ArrayLike, y: ArrayLike, binning: Ints) -> CalibrationError:
    """Return the expected calibration errors of a binning (METHOD 2.3; debiased after Kumar, Liang and Ma 2019)."""
    table = reliability(p, y, binning)
    share, gap = table.rows / table.rows.sum(), np.abs(table.forecast - table.outcome)
    noise = table.outcome * (1 - table.outcome) / np.maximum(table.rows - 1, 1)
    return CalibrationError(
        l1=float(np.sum(share * gap)),
        l2=float(np.sqrt(np.sum(share * gap**2))),
        largest=float(gap.max()),
        squared_debiased=float(np.sum(share * (gap**2 - noise))),
    )


def consistency_band(p: ArrayLike, binning: Ints, quantiles: ArrayLike, *, reps: int, seed: int) -> Floats:
    """Return quantiles of the L1 error that calibrated forecasts with these very `p` would show.

    Outcomes are drawn as y ~ Bernoulli(p) `reps` times (Bröcker and Smith 2007); float64[quantiles].
    """
    score = probabilities(p)
    _, _, place, rows = _binned(score, np.zeros(score.size), binning)
    order = np.argsort(place, kind="stable")
    starts = np.concatenate([[0], np.cumsum(rows)[:-1]])
    forecast = np.add.reduceat(score[order], starts)
    draw, rng = np.empty(_positive(reps)), np.random.default_rng(seed)
    step = max(1, _BAND_CELLS // score.size)
    for low in range(0, reps, step):
        high = min(low + step, reps)
        hits = (rng.random((high - low, score.size)) < score[order]).astype(np.float64)
        draw[low:high] = np.abs(np.add.reduceat(hits, starts, axis=1) - forecast).sum(axis=1) / score.size
    return np.asarray(np.quantile(draw, np.asarray(quantiles, dtype=np.float64)))


def effective_band(p: ArrayLike, bins: int, quantiles: ArrayLike, *, n_eff: float, reps: int, seed: int) -> Floats:
    """Return the consistency band over bins of equal mass for overlapping outcomes, float64[quantiles].

    They scatter as far fewer independent ones do: the band is that of so many of these forecasts (METHOD 1.2).
    """
    score = probabilities(p)
    kept = score[np.linspace(0, score.size - 1, max(bins, round(n_eff))).astype(np.int64)]
    return consistency_band(kept, by_mass(kept, bins), quantiles, reps=reps, seed=seed)


def _binned(p: ArrayLike, y: ArrayLike, binning: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    score = probabilities(p)
    y01, label = outcomes(y, score.size), np.asarray(binning)
    if label.shape != score.shape:
        raise ModelError(f"expected a bin for each of {score.size} rows, found shape {label.shape}")
    _, place, rows = np.unique(label, return_inverse=True, return_counts=True)
    return score, y01, place, rows


def _positive(count: int) -> int:
    if count < 1:
        raise ModelError(f"expected one or more, found {count}")
    return count
