"""The entry model: P(target first | filled, evidence) on touch rows, with a lower bound, and what either end pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import ModelError
from psky.learn import booster
from psky.learn.arrays import Floats, Ints, outcomes, weights
from psky.learn.booster import BinnedRows
from psky.learn.calibration.choose import Candidate, Scored, choose
from psky.learn.calibration.protocol import Calibrator
from psky.learn.estimator import Estimator, matrix
from psky.learn.excess import Excess, ExcessRows, fit_excess, mean_excess
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
class Estimates:
    """What the model says of rows, float64[n] each, known as soon as the evidence is.

    `gain_excess_r` and `loss_excess_r` are the net R expected beyond the payoff formula's, given that the target comes
    first and that it does not.
    """

    p: Floats
    p_lower: Floats
    gain_excess_r: Floats
    loss_excess_r: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class OofScores:
    """How the raw out-of-fold probabilities inside the training rows did; ECE is L1 over 10 bins of equal mass."""

    rows: int
    n_eff: float
    log_loss: float
    brier: float
    ece: float
    auc: float | None
    calibrations: tuple[Candidate, ...]
    """The calibration maps that were compared, none where the spec names one."""


class EntryQualityModel(Estimator):
    """LightGBM binary classification, calibrated on purged out-of-fold predictions of its training rows.

    Fitted state: `booster_`, `calibrator_`, `gain_`, `loss_`, `oof_`, `n_features_in_`.
    """

    booster_: Booster
    calibrator_: Calibrator
    gain_: Excess
    loss_: Excess
    oof_: OofScores
    classes_ = np.array([0, 1])

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        t0: ArrayLike,
        t1: ArrayLike,
        excess_r: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit calibrator, booster and payoffs on the training rows alone.

        Args:
            X: evidence, float64[n, q], NaN where it is missing, each row known at its t0.
            y: 1 where the target came first, 0 elsewhere, [n], of filled intents only.
            t0: time of the signal, int64[n].
            t1: time at which the outcome ended, int64[n].
            excess_r: net result in R less what the formula pays at the target where y is 1, at the stop where it is 0,
                float64[n]; None takes the formula as exact.
            sample_weight: float64[n]; None weighs trees by average uniqueness (METHOD 1.2), and all rows alike in the
                calibration and in what either end pays.

        Raises:
            ModelError: shapes that differ, fewer than 60 rows or 10 of a class, labels too long to purge.
        """
        evidence = matrix(X)
        y01 = outcomes(y, evidence.shape[0])
        starts, ends = np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64)
        _enough(y01)
        uniqueness = average_uniqueness(starts, ends)
        w = weights(uniqueness if sample_weight is None else sample_weight, y01.size)
        # Labels are unique in so far as they are short, and how short depends on how they end: weighed by uniqueness,
        # the share of targets is no longer that of touches. Trees may be; what is said of a touch must not.
        each = weights(sample_weight, y01.size)
        splits, binned = _blocks(starts, ends), BinnedRows(self.spec, evidence)
        raw = self._out_of_fold(evidence, binned, y01, w, splits)
        scored = Scored(p=raw, y=y01, weight=each, n_eff=effective_rows(uniqueness))
        self.calibrator_, tried = choose(self.spec.calibration, scored, splits)
        self.oof_ = _scores(scored, tried)
        self.booster_ = binned.train(self.spec, booster.BINARY, y01, w)
        excess = np.zeros(y01.size) if excess_r is None else _finite(excess_r, y01.size)
        won, lost = (
            ExcessRows(X=evidence, binned=binned, excess_r=excess, weight=each, ended=y01 == end) for end in (1, 0)
        )
        self.gain_ = mean_excess(won)  # a target pays what the formula says but for the slip of a taker's entry
        self.loss_ = fit_excess(self.spec, lost, splits[-1], scored.n_eff)
        self.n_features_in_ = evidence.shape[1]
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return calibrated probabilities float64[n, 2]: that the target does not come first, and that it does.

        Raises:
            NotFittedError: before `fit`.
            ModelError: another number of features than in training.
        """
        p = self.estimate(X, 0.0).p
        return np.column_stack([1 - p, p])

    def estimate(self, X: ArrayLike, z: float) -> Estimates:
        """Return probability, its bound `z` standard errors below, and payoffs, for float64[n, q].

        Raises:
            NotFittedError: before `fit`.
            ModelError: another number of features than in training.
        """
        evidence = self._checked(X)
        if evidence.shape[0] == 0:
            return Estimates(**dict.fromkeys(Estimates.__slots__, np.empty(0)))
        raw = booster.predict(self.booster_, evidence)
        p = self.calibrator_.transform(raw)
        return Estimates(
            p=p,
            p_lower=self.calibrator_.lower(raw, z, transformed=p),
            gain_excess_r=self.gain_.predict(evidence),
            loss_excess_r=self.loss_.predict(evidence),
        )

    @classmethod
    def restore(
        cls,
        spec: ModelSpec,
        *,
        trees: Booster,
        calibrator: Calibrator,
        gain: Excess,
        loss: Excess,
        oof: OofScores,
        features: int,
    ) -> Self:
        """Build a fitted model from its parts."""
        model = cls(spec)
        model.booster_, model.calibrator_, model.gain_, model.loss_ = trees, calibrator, gain, loss
        model.oof_, model.n_features_in_ = oof, features
        return model

    def _out_of_fold(self, X: Floats, binned: BinnedRows, y: Floats, weight: Floats, splits: list[Split]) -> Floats:
        raw = np.empty(y.size)
        for number, split in enumerate(splits, start=1):
            rows = split.train
            if rows.size == 0 or y[rows].min() == y[rows].max() or not weight[rows].any():
                raise ModelError(
                    f"expected both classes among the rows that train for block {number} of {len(splits)}, "
                    f"found {rows.size} rows after purging; use more data or shorter labels"
                )
            raw[split.test] = booster.predict(binned.train(self.spec, booster.BINARY, y, weight, rows), X[split.test])
        return raw


def _enough(y: Floats) -> None:
    ones = int(y.sum())
    if y.size < MIN_ROWS or min(ones, y.size - ones) < MIN_CLASS_ROWS:
        raise ModelError(
            f"expected at least {MIN_ROWS} filled intents with {MIN_CLASS_ROWS} of each class to train on, "
            f"found {y.size} with {ones} targets first; use more data or looser touches"
        )


def _finite(values: ArrayLike, rows: int) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (rows,) or not np.isfinite(found).all():
        raise ModelError(f"expected {rows} finite results, one for each row, found shape {found.shape}")
    return found


def _blocks(t0: Ints, t1: Ints) -> list[Split]:
    # METHOD 1.3: after a test block, at least the median label length stays unused.
    return purged_kfold(t0, t1, _OOF_BLOCKS, embargo=int(np.median(t1 - t0)))


def _scores(scored: Scored, tried: tuple[Candidate, ...]) -> OofScores:
    return OofScores(
        rows=scored.y.size,
        n_eff=scored.n_eff,
        log_loss=log_loss(scored.p, scored.y),
        brier=brier(scored.p, scored.y),
        ece=calibration_error(scored.p, scored.y, by_mass(scored.p, _ECE_BINS)).l1,
        auc=auc(scored.p, scored.y),
        calibrations=tried,
    )
