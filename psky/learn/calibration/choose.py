"""Which calibration map a model gets: the one its spec names, or the simplest of the best (METHOD 2.2).

Below 1000 effective rows Platt's and the beta map are compared, from there on all, on out-of-fold probabilities by
cross-fitting: the map of a block is fitted to the rows that do not touch it, purged like the model's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky.errors import ModelError
from psky.learn.arrays import PROBABILITY_FLOOR, Floats
from psky.learn.calibration.platt import Platt
from psky.learn.calibration.protocol import Calibrator
from psky.learn.calibration.registry import CALIBRATORS, calibrator
from psky.learn.selection import simplest_of_the_best
from psky.learn.splits import Split

AUTO = "auto"
_ENOUGH_ROWS = 1000
_FOR_FEW_ROWS = ("platt", "beta")
"""Fewer effective rows can neither show that raw scores are calibrated nor carry a map of steps (METHOD 2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A calibration map that was tried, and its log loss where it was not fitted."""

    name: str
    log_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Out-of-fold probabilities and outcomes, float64[n], weights of mean one, and the effective number of rows."""

    p: Floats
    y: Floats
    weight: Floats
    n_eff: float

    def some(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Scored:
        """Return some of the rows, as independent of each other as all are."""
        return Scored(
            p=self.p[rows], y=self.y[rows], weight=self.weight[rows], n_eff=self.n_eff * rows.size / self.p.size
        )


def choose(name: str, scored: Scored, splits: list[Split]) -> tuple[Calibrator, tuple[Candidate, ...]]:
    """Return the map that `name` asks for, fitted to all rows, and what was compared (nothing unless `auto`).

    Scores that rank upside down out of fold rank nothing, and turning them round would trade on noise: every row then
    gets the base rate.

    Raises:
        ModelError: the map that was named has no finite fit.
    """
    if name != AUTO:
        return _fit(name, scored), ()
    losses = _cross_fitted(scored, splits)
    candidates = tuple(Candidate(name=kind, log_loss=float(np.mean(scored.weight * loss))) for kind, loss in losses)
    ranks = _fit(Platt.name, scored)
    if isinstance(ranks, Platt) and ranks.slope <= 0:
        return ranks, candidates
    best = simplest_of_the_best([loss for _, loss in losses], scored.weight, scored.n_eff)
    return _fit(candidates[best].name, scored), candidates


def _cross_fitted(scored: Scored, splits: list[Split]) -> list[tuple[str, Floats]]:
    tried = ((name, _losses(name, scored, splits)) for name in CALIBRATORS if _has_rows_for(name, scored))
    return [(name, loss) for name, loss in tried if loss is not None]


def _has_rows_for(name: str, scored: Scored) -> bool:
    return scored.n_eff >= _ENOUGH_ROWS or name in _FOR_FEW_ROWS


def _losses(name: str, scored: Scored, splits: list[Split]) -> Floats | None:
    p = np.empty(scored.p.size)
    for split in splits:
        try:
            p[split.test] = _fit(name, scored.some(split.train)).transform(scored.p[split.test])
        except ModelError:  # no finite fit on these rows: no candidate
            return None
    kept = np.clip(p, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
    return -(scored.y * np.log(kept) + (1 - scored.y) * np.log1p(-kept))


def _fit(name: str, scored: Scored) -> Calibrator:
    fitted = calibrator(name).fit(scored.p, scored.y, scored.weight, scored.n_eff)
    if isinstance(fitted, Platt) and fitted.slope <= 0:
        return Platt.base_rate(scored.y, scored.weight, scored.n_eff)
    return fitted
