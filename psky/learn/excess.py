"""What trades earn beyond the payoff formula, learnt for one way of ending.

The formula prices target and stop exactly (METHOD 3.1). A trade that did not reach its target may instead have run out
of time, and its stop may have slipped: how often and how far depends on the market, and is learnt here as one number a
row, E[net result | end, evidence] less the formula's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psky.learn import booster
from psky.learn.arrays import Bools, Floats, Ints
from psky.learn.booster import BinnedRows
from psky.learn.selection import simplest_of_the_best
from psky.learn.splits import Split
from psky.spec.sections import ModelSpec

if TYPE_CHECKING:
    from lightgbm import Booster

_MIN_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Net R beyond the formula: the mean of the training rows, or trees where they beat it out of fold."""

    mean_r: float
    trees: Booster | None

    def predict(self, X: Floats) -> Floats:
        """Return the expected excess in R of each row, float64[n]."""
        if self.trees is not None:
            return booster.predict(self.trees, X)
        means = np.empty(len(X))
        means.fill(self.mean_r)  # for one row, np.full takes several times as long
        return means


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessRows:
    """Training rows and what they earned beyond the formula: columns float64[n, q], excess R and weight float64[n].

    `ended` marks the rows that ended in the way that is learnt; the others are not looked at.
    """

    X: Floats
    binned: BinnedRows
    excess_r: Floats
    weight: Floats
    ended: Bools


def mean_excess(rows: ExcessRows) -> Excess:
    """Return the weighted mean, zero where no row ended so."""
    return Excess(mean_r=_mean(rows, np.flatnonzero(rows.ended)), trees=None)


def fit_excess(spec: ModelSpec, rows: ExcessRows, last: Split, n_eff: float) -> Excess:
    """Return the trees where, on the rows that `last` tests, their error is lower than the mean's by a standard error.

    The error is squared; `n_eff` is the effective number of all rows.
    """
    flat, train, test = mean_excess(rows), last.train[rows.ended[last.train]], last.test[rows.ended[last.test]]
    if min(train.size, test.size) < _MIN_ROWS or not rows.weight[test].any() or not rows.weight[train].any():
        return flat
    found = (np.full(test.size, _mean(rows, train)), booster.predict(_trees(spec, rows, train), rows.X[test]))
    losses = [np.square(rows.excess_r[test] - excess_r) for excess_r in found]
    weight = rows.weight[test] / rows.weight[test].mean()
    if simplest_of_the_best(losses, weight, n_eff * test.size / rows.ended.size) == 0:
        return flat
    return Excess(mean_r=flat.mean_r, trees=_trees(spec, rows, np.flatnonzero(rows.ended)))


def _trees(spec: ModelSpec, rows: ExcessRows, part: Ints) -> Booster:
    return rows.binned.train(spec, booster.SQUARES, rows.excess_r, rows.weight, part)


def _mean(rows: ExcessRows, part: Ints) -> float:
    total = float(rows.weight[part].sum())
    return float((rows.weight[part] * rows.excess_r[part]).sum()) / total if total > 0 else 0.0
