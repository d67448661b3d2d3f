"""A trial is pruned where that saves a fold, and never once all its folds are run."""

from __future__ import annotations

import optuna
import pytest

from psky.domain.time import SECOND_US
from psky.market.tape import MarketTape
from psky.tuning.objective import objective
from psky.tuning.records import fold_records
from psky.tuning.space import default_space
from psky.tuning.study import make_record
from tests import house

FOLDS = house.QUICK.split.folds
OUT_OF_REACH = 1e9


def pruned_from(tape: MarketTape, fold: int) -> optuna.trial.FrozenTrial:
    """Return a trial of a study that prunes whatever ends its `fold` or a later one."""
    record = make_record(
        tape, house.QUICK, "s", space=default_space().scoped(house.SCOPE), period_us=3600 * SECOND_US, seed=1
    )
    study = optuna.create_study(
        direction="maximize", pruner=optuna.pruners.ThresholdPruner(lower=OUT_OF_REACH, n_warmup_steps=fold)
    )
    study.optimize(objective(tape, record), n_trials=1)
    return study.trials[0]


@pytest.mark.parametrize("fold", range(1, FOLDS))
def test_a_trial_is_pruned_after_a_fold_that_others_follow(tape: MarketTape, fold: int) -> None:
    trial = pruned_from(tape, fold)
    assert trial.state is optuna.trial.TrialState.PRUNED
    assert len(fold_records(trial)) == fold


def test_a_trial_that_ran_all_its_folds_is_complete(tape: MarketTape) -> None:
    trial = pruned_from(tape, FOLDS)
    assert trial.state is optuna.trial.TrialState.COMPLETE
    assert sorted(trial.intermediate_values) == list(range(1, FOLDS + 1))
