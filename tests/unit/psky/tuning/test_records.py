"""Returns of trials side by side, whatever folds they come from."""

from __future__ import annotations

import msgspec
import numpy as np
import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from psky.errors import MismatchError
from psky.learn.splits import LeakReport
from psky.tuning.records import FOLDS, FoldRecord, Periods, Tried, fold_records, periods_of, returns_matrix
from psky.tuning.verdict import returns_beside

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def fold(number: int, start_us: int, returns_r: list[float]) -> FoldRecord:
    return FoldRecord(
        fold=number,
        score=0.0,
        weight=1.0,
        touches=1,
        entered=1,
        trades=1,
        net_r=sum(returns_r),
        net_r_per_day=0.0,
        days=1.0,
        win_rate=None,
        max_drawdown_r=0.0,
        coverage=0.0,
        digest="",
        leaks=LeakReport(start=start_us, embargo=0, train_rows=1, test_rows=1, last_label_end=None, leaked=()),
        returns_r=returns_r,
    )


def trial(number: int, *folds: FoldRecord) -> FrozenTrial:
    made = optuna.trial.create_trial(
        state=TrialState.COMPLETE, value=0.0, user_attrs={FOLDS: msgspec.to_builtins(list(folds))}
    )
    made.number = number
    return made


def test_folds_lie_in_their_own_time_and_share_the_period_that_their_border_cuts() -> None:
    first, second = fold(1, 5 * HOUR_US, [1.0, 2.0]), fold(2, 6 * HOUR_US + HOUR_US // 2, [4.0, 8.0])
    tried = Tried(trials=[trial(0, first, second), trial(1), trial(2, first)], period_us=HOUR_US)
    matrix, numbers = returns_matrix(tried, periods_of(tried))

    assert numbers == [0, 2]
    assert matrix.T.tolist() == [[1.0, 6.0, 8.0], [1.0, 2.0, 0.0]]


def test_folds_that_another_version_recorded_are_refused() -> None:
    made = optuna.trial.create_trial(state=TrialState.COMPLETE, value=0.0, user_attrs={FOLDS: [{"fold": 1}]})

    with pytest.raises(MismatchError, match="missing required field"):
        fold_records(made)


def test_nothing_finished_is_no_return() -> None:
    tried = Tried(trials=[trial(0)], period_us=HOUR_US)

    assert periods_of(tried) == Periods(first=0, count=0, length_us=HOUR_US)
    assert returns_matrix(tried, periods_of(tried))[0].shape == (0, 0)


def test_a_study_that_was_divided_otherwise_stands_beside_in_the_same_time() -> None:
    own = Tried(trials=[trial(0, fold(1, DAY_US, [1.0, 2.0]))], period_us=DAY_US)
    hours = [0.5] * 12 + [0.25] * 30
    finer = Tried(trials=[trial(7, fold(1, DAY_US + 12 * HOUR_US, hours))], period_us=HOUR_US)
    longer = Tried(trials=[trial(0, fold(1, 0, [9.0, 3.0, 4.0, 9.0]))], period_us=DAY_US)
    returns, numbers = returns_beside(own, [finer, longer])

    assert numbers == [0]
    np.testing.assert_allclose(returns, np.array([[1.0, 6.0, 3.0], [2.0, 6.0, 4.0]]))
