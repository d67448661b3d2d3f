"""Which tuned values matter: PED-ANOVA (Watanabe, Bansal and Hutter 2023), as Optuna computes it."""

from __future__ import annotations

import optuna
from optuna.trial import FrozenTrial, TrialState

MIN_TRIALS = 10
"""Below so many complete trials the shares are noise and none are given."""


def parameter_importance(trials: list[FrozenTrial]) -> dict[str, float]:
    """Return by dotted name each value's share of what sets the best trials apart, the largest first.

    The shares add up to one; there are none with fewer than `MIN_TRIALS` complete trials.
    """
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE and trial.params]
    if len(complete) < MIN_TRIALS:
        return {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize")
    study.add_trials(complete)
    return optuna.importance.get_param_importances(study)
