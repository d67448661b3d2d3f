"""C3 and C8: a model learns nothing from shuffled labels, and no feature's worth hangs on its very last bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from psky.errors import DataError
from psky.learn import booster
from psky.learn.entry_model import EntryQualityModel
from psky.learn.scores import auc, auc_standard_error
from psky.learn.splits import purged_kfold
from psky.market.features import compute, schema
from psky.replay.canaries.finding import Finding
from psky.replay.canaries.subject import Subject
from psky.replay.periods import tuning_rows
from psky.spec.sections import ModelSpec

Floats = NDArray[np.float64]

_SHUFFLES, _FOLDS, _TIME_BLOCKS = 3, 4, 20
_ERRORS = 4.0
_MAX_GAIN, _MAX_LOSS = 0.01, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Rows to learn from: float64 (n, q), and y, t0, t1 of n each."""

    X: Floats
    y: NDArray[np.int8]
    t0: NDArray[np.int64]
    t1: NDArray[np.int64]


Scorer = Callable[[ModelSpec, Lesson], Floats]
"""Returns a probability for each row of a lesson."""
Delayed = Callable[[Subject, NDArray[np.int64], int], Floats]
"""Returns the features of rows, so many bars late."""


def out_of_fold(spec: ModelSpec, lesson: Lesson) -> Floats:
    """Predict each row by a model of rows that do not touch its block."""
    p = np.empty(len(lesson.y))
    for split in purged_kfold(lesson.t0, lesson.t1, _FOLDS, embargo=int(np.median(lesson.t1 - lesson.t0))):
        p[split.test] = _predicted(spec, lesson, split.train, split.test)
    return p


def in_sample(spec: ModelSpec, lesson: Lesson) -> Floats:
    """Leak: score a model on the rows that it was fitted to."""
    every = np.arange(len(lesson.y))
    return _predicted(spec, lesson, every, every)


def label_shuffle(subject: Subject, scorer: Scorer = out_of_fold) -> Finding:
    """C3: with labels in random order the AUC is within four standard errors of a half."""
    rows = _rows(subject)
    lesson, rng = _lesson(subject, rows, subject.dataset.X[rows]), np.random.default_rng(3)
    bound = _ERRORS * auc_standard_error(lesson.y)
    found = [_shuffled_auc(subject.spec.model, lesson, rng, scorer) for _ in range(_SHUFFLES)]
    wrong = [value for value in found if abs(value - 0.5) > bound]
    reason = f"AUC {wrong[0]:.3f} on shuffled labels, beyond 0.5 by more than {bound:.3f}" if wrong else ""
    return Finding(checked=_SHUFFLES, unit=f"shuffles of {len(rows):,} labels", faults=len(wrong), reason=reason)


def delayed_features(subject: Subject, rows: NDArray[np.int64], bars: int) -> Floats:
    """Return the features of touches as they were `bars` base bars before, turned to the touch's side."""
    table = compute(subject.dataset.tape, subject.spec)
    at = table.touch_row[rows].astype(np.int64)
    from_row = np.maximum(at - bars, 0)
    side = table.touch_side[rows].astype(np.float64)
    directional = np.array([column.directional for column in schema(subject.spec)])
    found = table.features[from_row] * np.where(directional, side[:, None], 1.0)
    found[table.segment[from_row] != table.segment[at]] = np.nan
    return np.asarray(found)


def foresight(subject: Subject, rows: NDArray[np.int64], bars: int) -> Floats:
    """Leak: beside the features of the bar, the outcome of the touch itself, which a bar late nobody has."""
    outcome = subject.dataset.target_first[rows].astype(np.float64) if bars == 0 else np.full(len(rows), np.nan)
    return np.column_stack([delayed_features(subject, rows, bars), outcome])


def delay(subject: Subject, features: Delayed = delayed_features) -> Finding:
    """C8: features a bar late neither raise the AUC by .01 nor cost it .1, beyond four standard errors.

    The standard error of the difference is a jackknife's over blocks of time.
    """
    rows = _rows(subject)
    lessons = [_lesson(subject, rows, features(subject, rows, bars)) for bars in (0, 1)]
    on_time, late = (out_of_fold(subject.spec.model, lesson) for lesson in lessons)
    y = lessons[0].y
    change, error = _auc(late, y) - _auc(on_time, y), _jackknife_error(on_time, late, y)
    fails = change > _MAX_GAIN + _ERRORS * error or change < -_MAX_LOSS - _ERRORS * error
    reason = f"AUC {_auc(on_time, y):.3f} becomes {_auc(late, y):.3f} (standard error {error:.3f})" if fails else ""
    return Finding(checked=1, unit=f"delay of {len(rows):,} touches", faults=int(fails), reason=reason)


def _rows(subject: Subject) -> NDArray[np.int64]:
    """Return what may be learnt from without a look at the hold-out."""
    rows = tuning_rows(subject.dataset)
    return rows[subject.dataset.resolved[rows]]


def _lesson(subject: Subject, rows: NDArray[np.int64], X: Floats) -> Lesson:
    data = subject.dataset
    return Lesson(X=X, y=data.target_first[rows], t0=data.t0[rows], t1=data.t1[rows])


def _shuffled_auc(spec: ModelSpec, lesson: Lesson, rng: np.random.Generator, scorer: Scorer) -> float:
    shuffled = Lesson(X=lesson.X, y=rng.permutation(lesson.y), t0=lesson.t0, t1=lesson.t1)
    return _auc(scorer(spec, shuffled), shuffled.y)


def _predicted(spec: ModelSpec, lesson: Lesson, train: NDArray[np.int64], test: NDArray[np.int64]) -> Floats:
    # Without calibration, which makes scores that rank nothing equal, and has no fit where a leak tells all.
    model = EntryQualityModel(structs.replace(spec, calibration="none"))
    model.fit(lesson.X[train], lesson.y[train], lesson.t0[train], lesson.t1[train])
    return booster.predict(model.booster_, lesson.X[test])


def _auc(p: Floats, y: NDArray[np.int8]) -> float:
    found = auc(p, y)
    if found is None:
        raise DataError("expected touches of either outcome, found one outcome only; audit a longer tape")
    return found


def _jackknife_error(on_time: Floats, late: Floats, y: NDArray[np.int8]) -> float:
    every = np.arange(len(y))
    without = [np.delete(every, block) for block in np.array_split(every, _TIME_BLOCKS)]
    changes = np.array([_auc(late[kept], y[kept]) - _auc(on_time[kept], y[kept]) for kept in without])
    return float(np.sqrt((_TIME_BLOCKS - 1) * np.mean((changes - changes.mean()) ** 2)))
