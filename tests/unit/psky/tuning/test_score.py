from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from psky.tuning.score import FoldResult, fold_weights, trial_score

folds = st.builds(
    FoldResult,
    net_r_per_day=st.floats(-20, 20),
    max_drawdown_r=st.floats(0, 100),
    days=st.floats(0.5, 100),
    coverage=st.floats(0, 1),
    weight=st.floats(0, 1000),
)
some_folds = st.lists(folds, min_size=1, max_size=5)


@given(some_folds, st.data())
def test_worse_in_any_ingredient_is_never_better(trial: list[FoldResult], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(trial) - 1))
    amount = data.draw(st.floats(0.001, 10))
    fold = trial[place]
    worse = data.draw(
        st.sampled_from(
            [
                dataclasses.replace(fold, net_r_per_day=fold.net_r_per_day - amount),
                dataclasses.replace(fold, max_drawdown_r=fold.max_drawdown_r + amount),
                dataclasses.replace(fold, coverage=fold.coverage + amount),
            ]
        )
    )

    assert trial_score([*trial[:place], worse, *trial[place + 1 :]]) <= trial_score(trial) + 1e-9


def test_score_is_mean_less_half_a_standard_deviation() -> None:
    trial = [
        FoldResult(net_r_per_day=r, max_drawdown_r=0.0, days=1.0, coverage=0.1, weight=1.0) for r in (1.0, 2.0, 6.0)
    ]

    assert np.isclose(trial_score(trial), 3.0 - 0.5 * np.std([1.0, 2.0, 6.0]))


def test_weights_follow_sizes_and_sum_to_one() -> None:
    weights = fold_weights([100.0, 300.0, 0.0])

    assert np.isclose(weights.sum(), 1.0)
    assert weights[1] > weights[0] > weights[2] >= 0.2 - 1e-12
