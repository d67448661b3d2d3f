from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import create_trial

from psky.app.study_report import inspect_study
from psky.errors import UsageError
from psky.tuning.importance import MIN_TRIALS, parameter_importance
from psky.tuning.selection import read_candidates
from psky.tuning.summary import read_summary, write_summary
from tests import house

STATISTICS = {
    "trials": 4,
    "holdout_trades": 31,
    "spa_p": 0.01,
    "dsr_null": 0.9,
    "pbo": None,
    "holdout_p": 0.02,
    "holdout_mean_r": 0.1,
    "double_cost_mean_r": -0.1,
    "survives_double_costs": False,
    "track_record": 40,
    "min_track_record": None,
}


def test_a_report_tells_how_far_a_study_is_and_who_was_shown_the_holdout(tuned: Path) -> None:
    where = house.workspace(tuned)
    found = inspect_study(where, house.SYMBOL, "first")

    assert (found.finished, found.running, found.left, found.paused) == (4, 0, 0, False)
    assert list(found.candidates) == read_candidates(where.study_dir(house.SYMBOL, "first"))
    assert found.edge in {"found", "not found"}
    assert found.importance == {}


def test_the_conditions_of_an_edge_are_told_in_words(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    folder = where.study_dir(house.SYMBOL, "first")
    for trial in range(4):
        summary = read_summary(folder, trial)
        edge = "not found" if trial == 2 else None
        write_summary(folder, msgspec.structs.replace(summary, edge=edge, statistics=STATISTICS))
    found = inspect_study(where, house.SYMBOL, "first")

    met = {one.name: one.met for one in found.conditions}
    assert found.winner == 2
    assert met == {
        "better than luck": True,
        "Sharpe ratio holds": False,
        "not overfitted": None,
        "holds on new data": True,
        "pays double costs": False,
        "record long enough": False,
    }
    assert "no record would do" in found.conditions[-1].text


@pytest.mark.parametrize(
    ("apart", "words"), [(19, "19 distinct trials, which are few, in"), (20, "20 distinct trials in")]
)
def test_the_pbo_counts_however_few_trials_were_distinct_and_says_when_they_are(
    own_tuned: Path, apart: int, words: str
) -> None:
    where = house.workspace(own_tuned)
    folder = where.study_dir(house.SYMBOL, "first")
    for trial in range(4):
        summary = read_summary(folder, trial)
        found = STATISTICS | {"pbo": 0.3, "distinct_trials": apart}
        write_summary(folder, msgspec.structs.replace(summary, edge="not found", statistics=found))
    (told,) = (one for one in inspect_study(where, house.SYMBOL, "first").conditions if "PBO" in one.text)

    assert told.met is False
    assert words in told.text


def test_an_unknown_study_is_refused_with_those_that_there_are(tuned: Path) -> None:
    with pytest.raises(UsageError, match="there are: first"):
        inspect_study(house.workspace(tuned), house.SYMBOL, "other")


def test_importance_finds_the_value_that_sets_the_best_apart() -> None:
    spread: dict[str, BaseDistribution] = {name: FloatDistribution(0.0, 1.0) for name in ("matters", "idle")}
    trials = [
        create_trial(params={"matters": x / 40, "idle": (x * 17 % 40) / 40}, distributions=spread, value=x / 40)
        for x in range(40)
    ]
    shares = parameter_importance(trials)

    assert list(shares) == ["matters", "idle"]
    assert shares["matters"] > 0.8
    assert sum(shares.values()) == pytest.approx(1.0)
    assert parameter_importance(trials[: MIN_TRIALS - 1]) == {}
