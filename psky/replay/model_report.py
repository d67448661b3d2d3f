"""What a trial's models are worth out of sample, and what they look at: every fold by the model trained before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky.decision.decide import Reason, decide
from psky.errors import DataError
from psky.learn.bundle import Bundle
from psky.learn.drift import Drift, drift
from psky.learn.entry_model import OofScores
from psky.learn.importance import Contribution, Importance, contributions, gain_shares, permuted
from psky.learn.quality import Bucket, Forecast, Judged, Quality, forecast, lift, quality
from psky.learn.scores import auc, log_loss
from psky.learn.splits import LeakReport
from psky.learn.weights import average_uniqueness, effective_rows
from psky.replay.dataset import Dataset
from psky.replay.figures import one_p
from psky.replay.paths import PathScore, path_scores
from psky.replay.periods import Part, folds, leak_reports
from psky.replay.run import Run, evidence_of, replay_part, seen, train

_PERMUTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PartModel:
    """The model of one fold: what it was trained on, and how it stood before it was tested."""

    part: str
    train_rows: int
    test_rows: int
    """Touches of the fold that filled and resolved."""
    calibration: str
    oof: OofScores
    loss_trees: bool
    """Whether the loss beyond the formula is a function of the evidence, or one mean."""
    loss_excess_r: float
    """That mean, in R."""
    base_log_loss: float
    """Log loss of the base rate of the training rows on the fold."""
    log_loss: float
    auc: float | None
    """Of the fold alone: over folds together, their base rates count too. None with outcomes of one kind."""
    one_p: bool
    """Whether all touches of the fold were given the same p, which tells none apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """The models of a trial over all folds; rows are touches that filled and resolved, each judged out of sample."""

    parts: tuple[PartModel, ...]
    leaks: dict[str, LeakReport]
    quality: Quality
    lift: tuple[Bucket, ...]
    all_rows: Forecast
    entered: Forecast
    importance: tuple[Importance, ...]
    """By gain, the largest first; those at the top were also permuted."""
    drift: tuple[Drift, ...]
    """Between the training rows and the touches of the last fold."""
    paths: tuple[PathScore, ...]
    """Of combinatorial cross-validation; none where it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one touch got its verdict, by the model that judged it out of sample."""

    touch: int
    part: str
    ts_us: int
    side: int
    raw_log_odds: float
    base_log_odds: float
    contributions: tuple[Contribution, ...]
    p: float
    p_lower: float
    gain_r: float
    loss_r: float
    ev_r: float
    ev_lower_r: float
    enter: bool
    reason: str
    """As people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fold:
    """A fold, its bundle and its run, and the rows of the test that resolved."""

    part: Part
    bundle: Bundle
    run: Run
    known: NDArray[np.bool_]

    @property
    def rows(self) -> NDArray[np.int64]:
        return self.part.test[self.known]


def model_report(dataset: Dataset, *, seed: int, with_paths: bool = False) -> ModelReport:
    """Train and test every fold of a dataset's spec as the tuner does, and judge the models.

    Args:
        dataset: the tape under the trial's spec.
        seed: of the permutations and of the consistency band.
        with_paths: fit the splits of combinatorial cross-validation too.

    Raises:
        DataError: no touch of a fold resolved.
        LeakError: a split leaks.
    """
    found = [_fold(dataset, part) for part in folds(dataset)]
    judged, entered = _judged(dataset, found), np.concatenate([fold.run.verdicts.enter[fold.known] for fold in found])
    return ModelReport(
        parts=tuple(_part(dataset, fold) for fold in found),
        leaks=leak_reports(dataset),
        quality=quality(judged.p, judged.target_first, effective_rows(judged.uniqueness), seed),
        lift=lift(judged),
        all_rows=forecast(judged, np.ones(judged.p.size, dtype=np.bool_)),
        entered=forecast(judged, entered),
        importance=_importance(dataset, found, seed),
        drift=_drift(dataset, found[-1]),
        paths=path_scores(dataset) if with_paths else (),
    )


def explain(dataset: Dataset, part: Part, bundle: Bundle, touch: int) -> Explanation:
    """Say what each column added to the log-odds of a touch of `part`, and what followed."""
    rows = np.array([touch])
    evidence = evidence_of(dataset, rows, bundle)
    verdicts = decide(evidence, dataset.spec.policy)
    added, base = contributions(bundle.model, dataset.evidence_names, seen(dataset, rows, bundle)[0])
    return Explanation(
        touch=touch,
        part=part.name,
        ts_us=int(dataset.t0[touch]),
        side=int(dataset.intents.side[touch]),
        raw_log_odds=base + sum(column.log_odds for column in added),
        base_log_odds=base,
        contributions=added,
        p=float(np.asarray(evidence.p)[0]),
        p_lower=float(np.asarray(evidence.p_lower)[0]),
        gain_r=float(np.asarray(evidence.gain_r)[0]),
        loss_r=float(np.asarray(evidence.loss_r)[0]),
        ev_r=float(verdicts.ev_r[0]),
        ev_lower_r=float(verdicts.ev_lower_r[0]),
        enter=bool(verdicts.enter[0]),
        reason=Reason(verdicts.reason[0]).words,
    )


def _fold(dataset: Dataset, part: Part) -> _Fold:
    known = dataset.resolved[part.test]
    if not known.any():
        raise DataError(f"expected touches of {part.name} that filled and resolved, found none")
    bundle = train(dataset, part)
    return _Fold(part=part, bundle=bundle, run=replay_part(dataset, part, bundle), known=known)


def _judged(dataset: Dataset, found: list[_Fold]) -> Judged:
    rows = np.concatenate([fold.rows for fold in found])
    return Judged(
        p=np.concatenate([np.asarray(fold.run.evidence.p)[fold.known] for fold in found]),
        ev_r=np.concatenate([fold.run.verdicts.ev_r[fold.known] for fold in found]),
        ev_lower_r=np.concatenate([fold.run.verdicts.ev_lower_r[fold.known] for fold in found]),
        target_first=dataset.target_first[rows].astype(np.float64),
        net_r=dataset.outcomes.net_r[rows],
        uniqueness=average_uniqueness(dataset.t0[rows], dataset.t1[rows]),
    )


def _part(dataset: Dataset, fold: _Fold) -> PartModel:
    train_rows, y = fold.part.train[dataset.resolved[fold.part.train]], dataset.target_first[fold.rows]
    base = np.full(y.size, float(dataset.target_first[train_rows].mean()))
    model, p = fold.bundle.model, np.asarray(fold.run.evidence.p)[fold.known]
    return PartModel(
        part=fold.part.name,
        train_rows=train_rows.size,
        test_rows=y.size,
        calibration=model.calibrator_.name,
        oof=model.oof_,
        loss_trees=model.loss_.trees is not None,
        loss_excess_r=model.loss_.mean_r,
        base_log_loss=log_loss(base, y),
        log_loss=log_loss(p, y),
        auc=auc(p, y),
        one_p=one_p(p.tolist()),
    )


def _importance(dataset: Dataset, found: list[_Fold], seed: int) -> tuple[Importance, ...]:
    shares = gain_shares([fold.bundle.model for fold in found])
    order = np.argsort(-shares, kind="stable")
    top = [int(at) for at in order[:_PERMUTED] if shares[at] > 0]
    weight = np.array([fold.rows.size for fold in found], dtype=np.float64)
    rises = np.average([_permuted(dataset, fold, top, seed) for fold in found], axis=0, weights=weight)
    rise = dict(zip(top, rises.tolist(), strict=True))
    names = dataset.evidence_names
    return tuple(
        Importance(name=names[at], gain_share=float(shares[at]), permuted_log_loss=rise.get(int(at))) for at in order
    )


def _permuted(dataset: Dataset, fold: _Fold, columns: list[int], seed: int) -> NDArray[np.float64]:
    y = dataset.target_first[fold.rows].astype(np.float64)
    return permuted(fold.bundle.model, seen(dataset, fold.rows, fold.bundle), y, columns, seed)


def _drift(dataset: Dataset, fold: _Fold) -> tuple[Drift, ...]:
    train, test = fold.part.train, fold.part.test
    sizes = [effective_rows(average_uniqueness(dataset.t0[rows], dataset.t1[rows])) for rows in (train, test)]
    return drift(dataset.feature_names, dataset.X[train], dataset.X[test], sizes[0], sizes[1])
