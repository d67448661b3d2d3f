"""How good probabilities are, in one value: every score of METHOD 2.1 to 2.3 on the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky.learn.arrays import Floats
from psky.learn.reliability import (
    CalibrationError,
    Murphy,
    Reliability,
    by_mass,
    calibration_error,
    effective_band,
    murphy,
    reliability,
)
from psky.learn.scores import Corp, auc, brier, brier_skill, clipped, corp, log_loss, spiegelhalter_z

BINS = 10
_BAND_QUANTILES = (0.95, 0.99)
_BAND_REPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Scores of probabilities against outcomes; bins are 10 of equal mass. What cannot be computed is None."""

    rows: int
    n_eff: float
    """Independent rows that these overlapping ones amount to (METHOD 1.2): the band of the ECE is that of so many."""
    base_rate: float
    log_loss: float
    clipped: int
    """Probabilities that the log loss moved off 0 or 1."""
    brier: float
    brier_skill: float | None
    murphy: Murphy
    corp: Corp
    spiegelhalter_z: float | None
    calibration_error: CalibrationError
    ece_q95: float
    """What as many calibrated probabilities of these values as rows are independent exceed in 5 % of draws."""
    ece_q99: float
    auc: float | None
    reliability: Reliability

    @property
    def calibrated(self) -> bool:
        """Whether calibrated probabilities could show this L1 error: up to their 99th percentile (METHOD 2.3)."""
        return self.calibration_error.l1 <= self.ece_q99


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A tenth of the rows, by expected value: what was said of them and what they did, means in R."""

    rows: int
    p: float
    target_first: float
    """Share whose target came first."""
    lift: float | None
    """That share over the share of all rows."""
    ev_r: float
    ev_lower_r: float
    realised_r: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Expected values against what came of them, over some rows: means in R, None without rows."""

    rows: int
    ev_r: float | None
    ev_lower_r: float | None
    realised_r: float | None
    realised_se_r: float | None
    """Standard error of the realised mean, of `n_eff` rows."""
    n_eff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Rows out of sample, float64[n] each: what was said of them, and what they did, each alone on the tape."""

    p: Floats
    ev_r: Floats
    ev_lower_r: Floats
    target_first: Floats
    net_r: Floats
    uniqueness: Floats
    """Average uniqueness of the labels (METHOD 1.2)."""


def quality(p: Floats, y: Floats, n_eff: float, seed: int) -> Quality:
    """Return all scores of float64[n] probabilities against outcomes 0 and 1, of which `n_eff` are independent.

    `seed` draws the consistency band.

    Raises:
        ModelError: no rows, or values that are no probabilities or outcomes.
    """
    binning = by_mass(p, BINS)
    q95, q99 = effective_band(p, BINS, _BAND_QUANTILES, n_eff=n_eff, reps=_BAND_REPS, seed=seed).tolist()
    return Quality(
        rows=p.size,
        n_eff=n_eff,
        base_rate=float(y.mean()),
        log_loss=log_loss(p, y),
        clipped=clipped(p),
        brier=brier(p, y),
        brier_skill=brier_skill(p, y),
        murphy=murphy(p, y, binning),
        corp=corp(p, y),
        spiegelhalter_z=spiegelhalter_z(p, y),
        calibration_error=calibration_error(p, y, binning),
        ece_q95=q95,
        ece_q99=q99,
        auc=auc(p, y),
        reliability=reliability(p, y, binning),
    )


def lift(judged: Judged) -> tuple[Bucket, ...]:
    """Return tenths of the rows from the lowest expected value, at the lower bound of p, to the highest."""
    base = float(judged.target_first.mean()) if judged.p.size else 0.0
    order = np.argsort(judged.ev_lower_r, kind="stable")
    return tuple(_bucket(judged, rows, base) for rows in np.array_split(order, BINS) if rows.size)


def forecast(judged: Judged, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Forecast:
    """Return the mean expected values of some rows beside what they earned."""
    rows, n_eff = int(chosen.sum()), float(judged.uniqueness[chosen].sum())
    net = judged.net_r[chosen]
    return Forecast(
        rows=rows,
        ev_r=_mean(judged.ev_r[chosen]),
        ev_lower_r=_mean(judged.ev_lower_r[chosen]),
        realised_r=_mean(net),
        realised_se_r=float(net.std(ddof=1) / np.sqrt(n_eff)) if rows > 1 else None,
        n_eff=n_eff,
    )


def _bucket(judged: Judged, rows: np.ndarray[tuple[int], np.dtype[np.int64]], base: float) -> Bucket:
    share = float(judged.target_first[rows].mean())
    return Bucket(
        rows=rows.size,
        p=float(judged.p[rows].mean()),
        target_first=share,
        lift=share / base if base > 0 else None,
        ev_r=float(judged.ev_r[rows].mean()),
        ev_lower_r=float(judged.ev_lower_r[rows].mean()),
        realised_r=float(judged.net_r[rows].mean()),
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if values.size else None
