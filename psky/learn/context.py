"""Models of the market itself: where it goes next, and how it moves, whatever becomes of the trade.

Both learn from touch rows, also from those whose order never filled, in the trade's frame: `with_side` is a move in the
trade's favour. Their probabilities can be shown to the entry model and can gate entries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.errors import ModelError
from psky.learn import booster
from psky.learn.arrays import Floats, Ints, weights
from psky.learn.booster import BinnedRows, Objective
from psky.learn.estimator import Estimator, matrix
from psky.learn.splits import purged_kfold
from psky.spec.sections import ContextSpec, ModelSpec, RegimeState

if TYPE_CHECKING:
    from lightgbm import Booster

UNKNOWN = -1
"""The label of a row whose future is not known: a gap or the end of the tape came first."""
MIN_ROWS = 60
_OOF_BLOCKS = 4


class Trend(IntEnum):
    """Which of two equally distant prices comes first within the horizon."""

    AGAINST_SIDE = 0
    NEITHER = 1
    WITH_SIDE = 2


class Regime(IntEnum):
    """How the horizon compares: its volatility with that of as many bars before, its path with a random walk's."""

    CALM_RANGING = 0
    CALM_TRENDING = 1
    VOLATILE_RANGING = 2
    VOLATILE_TRENDING = 3


REGIMES_OF: dict[RegimeState, tuple[Regime, ...]] = {
    "any": tuple(Regime),
    "calm": (Regime.CALM_RANGING, Regime.CALM_TRENDING),
    "volatile": (Regime.VOLATILE_RANGING, Regime.VOLATILE_TRENDING),
    "ranging": (Regime.CALM_RANGING, Regime.VOLATILE_RANGING),
    "trending": (Regime.CALM_TRENDING, Regime.VOLATILE_TRENDING),
}
"""The regimes that a state of the spec means; their probabilities add up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLabels:
    """What the market did after each row: class int8[n], `UNKNOWN` where it is not known, and when it was, int64[n] us.

    Where it is not known, `end_us` is the time of the decision.
    """

    y: NDArray[np.int8]
    end_us: Ints

    def some(self, rows: Ints) -> ContextLabels:
        """Return the labels of the numbered rows."""
        return ContextLabels(y=self.y[rows], end_us=self.end_us[rows])


class ContextModel(Estimator):
    """LightGBM classification into the members of `kind`; fitted state: `booster_`, `n_features_in_`."""

    name: ClassVar[str]
    kind: ClassVar[type[IntEnum]]
    booster_: Booster

    @property
    def classes_(self) -> Ints:
        """The classes in the order of the columns of `predict_proba`."""
        return np.array(list(self.kind), dtype=np.int64)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to float64[n, q] and classes [n].

        Raises:
            ModelError: shapes that differ, fewer than 60 rows, one class only, an unknown class.
        """
        evidence = matrix(X)
        return self.fit_binned(BinnedRows(self.spec, evidence), evidence.shape[1], y, sample_weight)

    def fit_binned(
        self,
        binned: BinnedRows,
        features: int,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        rows: Ints | None = None,
    ) -> Self:
        """Fit to some of the rows that were binned; `y` and the weights are of all rows."""
        label = np.asarray(y, dtype=np.int64)
        chosen = np.arange(label.size) if rows is None else rows
        self._enough(label[chosen])
        objective = Objective(name="multiclass", classes=len(self.kind))
        weight = weights(sample_weight, label.size)
        self.booster_ = binned.train(self.spec, objective, label.astype(np.float64), weight, chosen)
        self.n_features_in_ = features
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probability of each class, float64[n, classes].

        Raises:
            NotFittedError: before `fit`.
            ModelError: another number of features than in training.
        """
        evidence = self._checked(X)
        if evidence.shape[0] == 0:
            return np.empty((0, len(self.kind)))
        return booster.predict(self.booster_, evidence)

    @classmethod
    def restore(cls, spec: ModelSpec, trees: Booster, features: int) -> Self:
        """Build a fitted model from its parts."""
        model = cls(spec)
        model.booster_, model.n_features_in_ = trees, features
        return model

    def _enough(self, y: Ints) -> None:
        found = np.unique(y)
        if y.size < MIN_ROWS or found.size < 2 or not np.isin(found, self.classes_).all():
            raise ModelError(
                f"expected at least {MIN_ROWS} rows of two or more classes to train the {self.name} model on, "
                f"found {y.size} of {found.size}; use more data or a shorter context.horizon_bars"
            )


class TrendModel(ContextModel):
    """P(price first moves `context.distance_atr` ATR against or with the trade's side, or neither)."""

    name = "trend"
    kind = Trend


class RegimeModel(ContextModel):
    """P(the horizon is calm or volatile, ranging or trending)."""

    name = "regime"
    kind = Regime


CONTEXT_MODELS: tuple[type[ContextModel], ...] = (TrendModel, RegimeModel)


def spec_of(model: ModelSpec, context: ContextSpec) -> ModelSpec:
    """Return the spec of the context models: the entry model's trees, as many rounds as `context` says."""
    return msgspec.structs.replace(model, rounds=context.rounds)


def column_names(kind: type[ContextModel]) -> tuple[str, ...]:
    """Return the names of the columns that a context model adds to the evidence."""
    return tuple(f"{kind.name}_{member.name.lower()}" for member in kind.kind)


def probability_of(said: Floats | None, members: Sequence[IntEnum]) -> Floats | float:
    """Return the probability of any of some classes, float64[n]; NaN where no model said anything."""
    return math.nan if said is None else np.minimum(said[:, list(members)].sum(axis=1), 1.0)


def fit_out_of_fold(
    model: ContextModel, X: Floats, t0: Ints, labels: ContextLabels, weight: Floats
) -> tuple[ContextModel, Floats]:
    """Fit to the rows whose label is known, and return what models that never saw a row's label say of each row.

    Blocks are purged by the end of the labels; probabilities are float64[n, classes].

    Raises:
        ModelError: too few rows, or one class only.
    """
    known, binned = labels.y != UNKNOWN, BinnedRows(model.spec, X)
    inside = np.empty((t0.size, len(model.kind)))
    for split in purged_kfold(t0, labels.end_us, _OOF_BLOCKS, embargo=int(np.median(labels.end_us - t0))):
        other = type(model)(model.spec)
        other.fit_binned(binned, X.shape[1], labels.y, weight, split.train[known[split.train]])
        inside[split.test] = other.predict_proba(X[split.test])
    model.fit_binned(binned, X.shape[1], labels.y, weight, np.flatnonzero(known))
    return model, inside
