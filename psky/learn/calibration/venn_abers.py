"""Inductive Venn-Abers prediction (Vovk and Petej 2014; Vovk, Petej and Fedorova 2015, arXiv 1511.00213)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from psky.learn.arrays import Floats, outcomes, probabilities, weights
from psky.learn.calibration.pav import isotonic_fit, merge_ties
from psky.learn.calibration.spread import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class VennAbers:
    """The calibration rows with ties merged; a prediction is two isotonic fits with the new row in it.

    Of the pair (p0, p1) one is calibrated, which makes p0 a conservative point and not a confidence bound; the bound
    is the delta method's on the merged probability.
    """

    name: ClassVar[str] = "venn_abers"

    scores: tuple[float, ...]
    means: tuple[float, ...]
    totals: tuple[float, ...]
    spread: Spread | None = None

    @classmethod
    def fit(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, n_eff: float | None = None) -> Self:
        """Keep the calibration rows, ties merged by their weighted mean."""
        score = probabilities(p)
        w = weights(weight, score.size)
        groups = merge_ties(score, outcomes(y, score.size), w)
        kept = tuple(groups.score.tolist()), tuple(groups.mean.tolist()), tuple(groups.weight.tolist())
        bare = cls(scores=kept[0], means=kept[1], totals=kept[2])
        spread = Spread.of(bare.transform(score), w, n_eff)
        return cls(scores=kept[0], means=kept[1], totals=kept[2], spread=spread)

    def pair(self, p: ArrayLike) -> tuple[Floats, Floats]:
        """Return p0 and p1, float64[n] each: the isotonic fit at p if the row turned out 0, and if 1."""
        score = probabilities(p)
        knots = np.array(self.scores)
        # The fits depend on a score only through its rank among the knots: 2 k is on knot k, 2 k - 1 just below it.
        left = np.searchsorted(knots, score, side="left")
        rank = 2 * left - (knots[np.minimum(left, knots.size - 1)] != score)
        distinct, place = np.unique(rank, return_inverse=True)
        bounds = np.array([[self._with(int(at), label) for label in (0.0, 1.0)] for at in distinct])
        return bounds[place, 0], bounds[place, 1]

    def transform(self, p: ArrayLike) -> Floats:
        """Return p1 / (1 - p0 + p1), float64[n]."""
        p0, p1 = self.pair(p)
        return p1 / (1 - p0 + p1)

    def lower(self, p: ArrayLike, z: float) -> Floats:
        """Return the merged probability less `z` standard errors of its log-odds, float64[n]."""
        merged = self.transform(p)
        return merged if self.spread is None else self.spread.lower(merged, z)

    def to_dict(self) -> dict[str, Any]:
        """Return the fitted map as plain values for JSON."""
        return {
            "name": self.name,
            "scores": list(self.scores),
            "means": list(self.means),
            "totals": list(self.totals),
            "spread": None if self.spread is None else self.spread.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a fitted map from what `to_dict` returned."""
        return cls(
            scores=tuple(values["scores"]),
            means=tuple(values["means"]),
            totals=tuple(values["totals"]),
            spread=None if values["spread"] is None else Spread(**values["spread"]),
        )

    def _with(self, rank: int, label: float) -> float:
        mean, total = np.array(self.means), np.array(self.totals)
        place = (rank + 1) // 2
        if rank % 2 == 0:
            mean[place] = (mean[place] * total[place] + label) / (total[place] + 1)
            total[place] += 1
        else:
            mean, total = np.insert(mean, place, label), np.insert(total, place, 1.0)
        return float(isotonic_fit(mean, total)[place])
