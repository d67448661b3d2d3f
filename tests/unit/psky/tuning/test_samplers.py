from __future__ import annotations

import optuna
import pytest
from optuna.trial import TrialState

from psky.tuning.samplers import SAMPLERS, NumberedSampler


def values(sampler: str, trials: int, *, seed: int = 1, before: optuna.Study | None = None) -> optuna.Study:
    study = before or optuna.create_study(sampler=NumberedSampler(sampler, seed))
    study.sampler = NumberedSampler(sampler, seed)
    for _ in range(trials):
        asked = study.ask()
        study.tell(asked, (asked.suggest_float("x", 0, 1) - 0.3) ** 2 + asked.suggest_int("n", 0, 9))
    return study


def drawn(study: optuna.Study) -> list[dict[str, object]]:
    return [trial.params for trial in study.trials]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_study_in_two_parts_draws_what_one_in_one_part_draws(sampler: str) -> None:
    parts = values(sampler, 9, before=values(sampler, 6))

    assert drawn(parts) == drawn(values(sampler, 15))
    assert drawn(parts) != drawn(values(sampler, 15, seed=2))


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_two_that_ask_at_once_draw_different_values(sampler: str) -> None:
    study = optuna.create_study(sampler=NumberedSampler(sampler, 1))
    first, second = study.ask(), study.ask()
    study.sampler = NumberedSampler(sampler, 1)

    assert first.suggest_float("x", 0, 1) != second.suggest_float("x", 0, 1)
    assert {trial.state for trial in study.trials} == {TrialState.RUNNING}
