"""The entry model: P(target first | filled, evidence) on touch rows, calibrated, with a lower bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.errors import ModelError, NotFittedError
from psky.learn import booster
from psky.learn.arrays import Floats, Ints, outcomes, weights
from psky.learn.calibration.platt import Platt
from psky.learn.calibration.protocol import Calibrator
from psky.learn.calibration.registry import calibrator
from psky.learn.reliability import by_mass, calibration_error
from psky.learn.scores import auc, brier, log_loss
from psky.learn.splits import Split, purged_kfold
from psky.learn.weights import average_uniqueness, effective_rows
from psky.spec.sections import ModelSpec

if TYPE_CHECKING:
    from lightgbm import Booster

MIN_ROWS = 60
MIN_CLASS_ROWS = 10
_OOF_BLOCKS = 4
_ECE_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """P(target first | filled) and its lower bound, float64[n], known as soon as the evidence is."""

    p: Floats
    p_lower: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class OofScores:
    """How the raw out-of-fold probabilities inside the training rows did; ECE is L1 over 10 bins of equal mass."""

    rows: int
    n_eff: float
    log_loss: float
    brier: float
    ece: float
    auc: float | None


class EntryQualityModel:
    """LightGBM binary classification, calibrated on purged out-of-fold predictions of its training rows.

    Fitted state: `booster_`, `calibrator_`, `oof_`, `features_` (their number).
    """

    booster_: Booster
    calibrator_: Calibrator
    oof_: OofScores
    features_: int

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec

    def fit(self, X: ArrayLike, y: ArrayLike, t0: ArrayLike, t1: ArrayLike, weight: ArrayLike | None = None) -> Self:
        """Fit calibrator and booster on the training rows alone.

        Args:
            X: evidence, float64[n, q], NaN where it is missing, each row known at its t0.
            y: 1 where the target came first, 0 elsewhere, [n], of filled intents only.
            t0: time of the signal, int64[n].
            t1: time at which the outcome ended, int64[n].
            weight: sample weights float64[n]; None weighs by average uniqueness (METHOD 1.2).

        Raises:
            ModelError: shapes that differ, fewer than 60 rows or 10 of a class, labels too long to purge.
        """
        evidence = _matrix(X)
        y01 = outcomes(y, evidence.shape[0]).astype(np.int8)
        starts, ends = np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64)
        _enough(y01)
        uniqueness = average_uniqueness(starts, ends)
        w = weights(uniqueness if weight is None else weight, y01.size)
        n_eff = effective_rows(uniqueness)
        raw = self._out_of_fold(evidence, y01, w, _blocks(starts, ends))
        self.oof_ = _scored(raw, y01, n_eff)
        self.calibrator_ = _calibrate(self.spec.calibration, raw, y01, w, n_eff)
        self.booster_ = self._train(evidence, y01, w)
        self.features_ = evidence.shape[1]
        return self

    def predict(self, X: ArrayLike, z: float) -> Probabilities:
        """Return the calibrated probability and its bound `z` standard errors below, for float64[n, q].

        Raises:
            NotFittedError: before `fit`.
            ModelError: another number of features than in training.
        """
        if not hasattr(self, "booster_"):
            raise NotFittedError("expected a fitted entry model; call fit or load a bundle first")
        evidence = _matrix(X)
        if evidence.shape[1] != self.features_:
            raise ModelError(f"expected {self.features_} features, found {evidence.shape[1]}")
        if evidence.shape[0] == 0:
            return Probabilities(p=np.empty(0), p_lower=np.empty(0))
        raw = booster.predict(self.booster_, evidence)
        return Probabilities(p=self.calibrator_.transform(raw), p_lower=self.calibrator_.lower(raw, z))

    @classmethod
    def restore(cls, spec: ModelSpec, trees: Booster, calibrator: Calibrator, oof: OofScores, features: int) -> Self:
        """Build a fitted model from its parts."""
        model = cls(spec)
        model.booster_, model.calibrator_, model.oof_, model.features_ = trees, calibrator, oof, features
        return model

    def _train(self, X: Floats, y: NDArray[np.int8], weight: Floats) -> Booster:
        return booster.train(self.spec, X, y, weight)

    def _out_of_fold(self, X: Floats, y: NDArray[np.int8], weight: Floats, splits: list[Split]) -> Floats:
        raw = np.empty(y.size)
        for number, split in enumerate(splits, start=1):
            rows = split.train
            if rows.size == 0 or y[rows].min() == y[rows].max() or not weight[rows].any():
                raise ModelError(
                    f"expected both classes among the rows that train for block {number} of {len(splits)}, "
                    f"found {rows.size} rows after purging; use more data or shorter labels"
                )
            fitted = self._train(X[rows], y[rows], weight[rows])
            raw[split.test] = booster.predict(fitted, X[split.test])
        return raw


def _matrix(X: ArrayLike) -> Floats:
    values = np.ascontiguousarray(X, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ModelError(f"expected features as rows by columns, found shape {values.shape}")
    return values


def _enough(y: NDArray[np.int8]) -> None:
    ones = int(y.sum())
    if y.size < MIN_ROWS or min(ones, y.size - ones) < MIN_CLASS_ROWS:
        raise ModelError(
            f"expected at least {MIN_ROWS} filled intents with {MIN_CLASS_ROWS} of each class to train on, "
            f"found {y.size} with {ones} targets first; use more data or looser touches"
        )


def _blocks(t0: Ints, t1: Ints) -> list[Split]:
    # METHOD 1.3: after a test block, at least the median label length stays unused.
    return purged_kfold(t0, t1, _OOF_BLOCKS, embargo=int(np.median(t1 - t0)))


def _scored(raw: Floats, y: NDArray[np.int8], n_eff: float) -> OofScores:
    return OofScores(
        rows=y.size,
        n_eff=n_eff,
        log_loss=log_loss(raw, y),
        brier=brier(raw, y),
        ece=calibration_error(raw, y, by_mass(raw, _ECE_BINS)).l1,
        auc=auc(raw, y),
    )


def _calibrate(name: str, raw: Floats, y: NDArray[np.int8], weight: Floats, n_eff: float) -> Calibrator:
    fitted = calibrator(name).fit(raw, y, weight, n_eff)
    # Scores that rank upside down out of fold rank nothing: turning them round would trade on noise.
    if isinstance(fitted, Platt) and fitted.slope <= 0:
        return Platt.base_rate(y, weight, n_eff)
    return fitted
