"""Inductive Venn-Abers prediction (Vovk and Petej 2014; Vovk, Petej and Fedorova 2015, arXiv 1511.00213)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from psky.learn.arrays import Floats, outcomes, probabilities, weights
from psky.learn.calibration.pav import Groups, merge_ties
from psky.learn.calibration.spread import Spread

_MOST_GROUPS = 200  # the fits take time quadratic in them; more tell scores apart that no row count can


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
        """Keep the calibration rows, ties merged by their weighted mean, in at most 200 groups of equal weight."""
        score = probabilities(p)
        w = weights(weight, score.size)
        groups = _coarser(merge_ties(score, outcomes(y, score.size), w))
        bare = cls(
            scores=tuple(groups.score.tolist()), means=tuple(groups.mean.tolist()), totals=tuple(groups.weight.tolist())
        )
        return dataclasses.replace(bare, spread=Spread.of(bare.transform(score), w, n_eff))

    def pair(self, p: ArrayLike) -> tuple[Floats, Floats]:
        """Return p0 and p1, float64[n] each: the isotonic fit at p if the row turned out 0, and if 1."""
        score = probabilities(p)
        knots = np.array(self.scores)
        # The fits depend on a score only through its rank among the knots: 2 k is on knot k, 2 k - 1 just below it.
        left = np.searchsorted(knots, score, side="left")
        rank = 2 * left - (knots[np.minimum(left, knots.size - 1)] != score)
        bounds = _bounds(self.means, self.totals)[rank + 1]
        return bounds[:, 0], bounds[:, 1]

    def transform(self, p: ArrayLike) -> Floats:
        """Return p1 / (1 - p0 + p1), float64[n]."""
        p0, p1 = self.pair(p)
        return p1 / (1 - p0 + p1)

    def lower(self, p: ArrayLike, z: float, *, transformed: Floats | None = None) -> Floats:
        """Return the merged probability less `z` standard errors of its log-odds, float64[n]."""
        merged = self.transform(p) if transformed is None else transformed
        return merged if self.spread is None else self.spread.lower(merged, z)


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbours pooled to one level, on top of the blocks `below` that pooling left apart from it."""

    weight: float
    level: float
    below: _Block | None = None

    def pooled(self, other: _Block) -> _Block:
        weight = self.weight + other.weight
        return _Block(weight, self.level + (other.level - self.level) * other.weight / weight, self.below)


@lru_cache(maxsize=8)
def _bounds(means: tuple[float, ...], totals: tuple[float, ...]) -> Floats:
    """Return p0 and p1 of every rank from -1 on, float64[2 k + 1, 2], k knots."""
    knots = [_Block(weight, level) for level, weight in zip(means, totals, strict=True)]
    lower, upper = _stacks(knots, 1), _stacks(knots[::-1], -1)[::-1]
    bounds = np.empty((2 * len(knots) + 1, 2))
    for rank in range(-1, 2 * len(knots)):
        place, on_knot = (rank + 1) // 2, rank % 2 == 0
        for label in (0, 1):
            row = _Block(1.0, label)
            bounds[rank + 1, label] = _level(
                row.pooled(knots[place]) if on_knot else row, lower[place], upper[place + on_knot]
            )
    return bounds


def _stacks(knots: list[_Block], rising: int) -> list[_Block | None]:
    """Return the pooled blocks of the first 0 to k knots, the last one on top."""
    stacks: list[_Block | None] = [None]
    for knot in knots:
        block, below = knot, stacks[-1]
        while below is not None and rising * (below.level - block.level) >= 0:
            block, below = block.pooled(below), below.below
        stacks.append(_Block(block.weight, block.level, below))
    return stacks


def _level(block: _Block, lower: _Block | None, upper: _Block | None) -> float:
    """Return where a block comes to lie between pooled ones: pooling may begin anywhere and ends the same."""
    while True:
        if lower is not None and lower.level > block.level:
            block, lower = block.pooled(lower), lower.below
        elif upper is not None and upper.level < block.level:
            block, upper = block.pooled(upper), upper.below
        else:
            return block.level


def _coarser(groups: Groups) -> Groups:
    """Merge neighbours until at most `_MOST_GROUPS` are left, each of about the same weight."""
    if groups.score.size <= _MOST_GROUPS:
        return groups
    middle = np.cumsum(groups.weight) - groups.weight / 2
    _, place = np.unique((middle / groups.weight.sum() * _MOST_GROUPS).astype(np.int64), return_inverse=True)
    weight = np.bincount(place, weights=groups.weight).astype(np.float64)
    score, mean = (np.bincount(place, weights=groups.weight * x) / weight for x in (groups.score, groups.mean))
    return Groups(score=score, mean=mean, weight=weight, place=place[groups.place])
