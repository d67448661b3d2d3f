"""What a trial leaves behind, as values: fold records, and the returns of all trials side by side."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from psky.errors import MismatchError
from psky.learn.splits import LeakReport

FOLDS, REASON, SPEC, WORKER = "folds", "reason", "spec_fingerprint", "worker"


class FoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One fold of one trial, out of sample; `returns_r` is net R, marked to market, of each period, zeros included."""

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
    """Return the folds that a trial finished, oldest first.

    Raises:
        MismatchError: they are not as this version records them.
    """
    try:
        return msgspec.convert(trial.user_attrs.get(FOLDS, []), list[FoldRecord])
    except msgspec.ValidationError as error:
        raise MismatchError(
            f"trial {trial.number}: expected folds as this version of psky records them, found: {error}; the study is "
            "of another version: tune a new one"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Trials, and the length of the UTC periods whose returns they recorded."""

    trials: list[FrozenTrial]
    period_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """So many consecutive periods of UTC, of which `first` is the number since the epoch."""

    first: int
    count: int
    length_us: int


def periods_of(tried: Tried) -> Periods:
    """Return the periods that the folds of some trials cover, all that lie between included."""
    records = [record for trial in tried.trials for record in fold_records(trial)]
    numbers = [_start_us(record) // tried.period_us for record in records]
    first = min(numbers, default=0)
    last = max((number + len(record.returns_r) for number, record in zip(numbers, records, strict=True)), default=first)
    return Periods(first=first, count=last - first, length_us=tried.period_us)


def returns_matrix(tried: Tried, periods: Periods) -> tuple[NDArray[np.float64], list[int]]:
    """Return out-of-sample returns of all trials that finished a fold, float64 (T, N), with their numbers.

    A return counts in the period in which its own begins, however the trial's study divided the tape; those of other
    times are left out. Folds that a pruned trial never reached count as idle: it would not have been traded.
    """
    recorded = {trial.number: fold_records(trial) for trial in tried.trials}
    recorded = {number: records for number, records in recorded.items() if records}
    matrix = np.zeros((periods.count, len(recorded)))
    for column, records in enumerate(recorded.values()):
        for record in records:
            own = _start_us(record) // tried.period_us + np.arange(len(record.returns_r))
            row = own * tried.period_us // periods.length_us - periods.first
            inside = (row >= 0) & (row < periods.count)
            # The end of one fold and the beginning of the next may share a period.
            np.add.at(matrix[:, column], row[inside], np.array(record.returns_r)[inside])
    return matrix, list(recorded)


def _start_us(record: FoldRecord) -> int:
    return record.leaks.start
