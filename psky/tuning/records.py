"""What a trial leaves behind, as values: fold records, and the returns of all trials side by side."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from psky.learn.splits import LeakReport

FOLDS, REASON, SPEC, WORKER = "folds", "reason", "spec_fingerprint", "worker"


class FoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One fold of one trial, out of sample; `returns_r` is net R of each period of the fold, zeros included."""

    fold: int
    score: float
    weight: float
    touches: int
    entered: int
    trades: int
    net_r: float
    net_r_per_day: float
    days: float
    win_rate: float | None
    max_drawdown_r: float
    coverage: float
    """Share of the fold's touches that were entered."""
    digest: str
    leaks: LeakReport
    """How near the labels of the training rows come to the fold; none may have leaked."""
    returns_r: list[float]


def fold_records(trial: FrozenTrial) -> list[FoldRecord]:
    """Return the folds that a trial finished, oldest first."""
    return msgspec.convert(trial.user_attrs.get(FOLDS, []), list[FoldRecord])


def returns_matrix(trials: list[FrozenTrial]) -> tuple[NDArray[np.float64], list[int]]:
    """Return out-of-sample returns of all trials that finished a fold, float64 (T, N), with their numbers.

    Folds that a pruned trial never reached count as idle: it would not have been traded.
    """
    recorded = {trial.number: fold_records(trial) for trial in trials}
    recorded = {number: records for number, records in recorded.items() if records}
    lengths: dict[int, int] = {}
    for records in recorded.values():
        lengths.update({record.fold: len(record.returns_r) for record in records})
    starts = dict(zip(sorted(lengths), np.cumsum([0, *(lengths[fold] for fold in sorted(lengths))]), strict=False))
    matrix = np.zeros((sum(lengths.values()), len(recorded)))
    for column, records in enumerate(recorded.values()):
        for record in records:
            start = int(starts[record.fold])
            matrix[start : start + lengths[record.fold], column] = record.returns_r
    return matrix, list(recorded)
