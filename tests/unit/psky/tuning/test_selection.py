"""Which trials may look at the hold-out."""

from __future__ import annotations

from typing import Any

import msgspec
import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from psky.learn.splits import LeakReport
from psky.spec.sections import SelectionSpec
from psky.tuning.records import FOLDS, FoldRecord, Tried
from psky.tuning.selection import Candidate, candidates, winner_of


def trial(number: int, score: float, returns: list[float], *, feasible: bool = True) -> FrozenTrial:
    fold = FoldRecord(
        fold=1,
        score=score,
        weight=1.0,
        touches=10,
        entered=5,
        trades=5,
        net_r=sum(returns),
        net_r_per_day=sum(returns),
        days=1.0,
        win_rate=0.5,
        max_drawdown_r=1.0,
        coverage=0.5,
        digest="",
        leaks=LeakReport(start=0, embargo=0, train_rows=1, test_rows=1, last_label_end=-1, leaked=()),
        returns_r=returns,
    )
    made = optuna.trial.create_trial(
        state=TrialState.COMPLETE, value=score, user_attrs={FOLDS: msgspec.to_builtins([fold])}
    )
    made.number = number
    made.set_constraint("trades", -1.0 if feasible else 1.0)
    return made


def numbers(trials: list[FrozenTrial], **selection: Any) -> list[int]:  # noqa: ANN401 - parameters of several types
    return [chosen.number for chosen in candidates(Tried(trials=trials, period_us=1), SelectionSpec(**selection))]


UP, DOWN, ZIGZAG = [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0], [1.0, -1.0, 1.0, -1.0]


def test_the_best_come_first_and_infeasible_ones_not_at_all() -> None:
    trials = [trial(0, 1.0, UP), trial(1, 3.0, DOWN), trial(2, 9.0, ZIGZAG, feasible=False)]

    assert numbers(trials) == [1, 0]


def test_a_near_duplicate_gives_its_place_to_the_next() -> None:
    twin = [value * 2 + 0.001 for value in UP]
    trials = [trial(0, 3.0, UP), trial(1, 2.0, twin), trial(2, 1.0, ZIGZAG)]

    assert numbers(trials, min_candidates=2) == [0, 2]
    assert numbers(trials, min_candidates=2, max_correlation=1.0) == [0, 1]


@pytest.mark.parametrize(("trials", "expected"), [(10, 5), (200, 10), (4000, 50)])
def test_their_number_is_a_share_of_the_trials_within_bounds(trials: int, expected: int) -> None:
    made = [trial(number, float(number), [float(number == place) for place in range(60)]) for number in range(60)]
    rest = [trial(number, -1.0, ZIGZAG, feasible=False) for number in range(60, trials)]

    assert len(numbers([*made, *rest][: max(trials, 60)] if trials > 60 else made[:trials])) == expected


def test_trials_that_never_traded_are_duplicates_of_each_other() -> None:
    idle = [0.0, 0.0, 0.0, 0.0]

    assert numbers([trial(0, 0.0, idle), trial(1, 0.0, idle), trial(2, -1.0, UP)]) == [0, 2]


def test_the_winner_is_the_best_that_passed_both_splits() -> None:
    def one(number: int, status: Any) -> Candidate:  # noqa: ANN401 - a literal type
        return Candidate(trial=number, score=0.0, status=status, test=None, shadow=None, reasons=[])

    found = [one(3, "review"), one(1, "pass"), one(2, "pass")]
    assert winner_of(found) == found[1]
    assert winner_of(found[:1]) is None
