from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import create_trial

from psky.app.study_report import StudyReport, inspect_study
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.replay.statistics.edge import EdgeVerdict
from psky.tuning.importance import MIN_TRIALS, parameter_importance
from psky.tuning.selection import read_candidates
from psky.tuning.summary import read_summary, write_summary
from tests import house

VERDICT = EdgeVerdict(
    found=False,
    reasons=("it hardly traded",),
    trials=4,
    periods=30,
    holdout_periods=10,
    holdout_trades=31,
    block=None,
    spa_statistic=None,
    spa_p=0.01,
    effective_trials=None,
    psr_0=None,
    dsr_null=0.9,
    dsr_2014=None,
    pbo=None,
    holdout_p=0.02,
    holdout_mean_r=0.1,
    double_cost_mean_r=-0.1,
    survives_double_costs=False,
    track_record=40,
    min_track_record=None,
)


def told(where: Workspace, verdict: EdgeVerdict) -> StudyReport:
    """Return the report of a study whose third trial got a verdict."""
    folder = where.study_dir(house.SYMBOL, "first")
    for trial in range(4):
        edge, statistics = ("not found", verdict) if trial == 2 else (None, None)
        summary = msgspec.structs.replace(read_summary(folder, trial), edge=edge, statistics=statistics)
        write_summary(folder, summary)
    return inspect_study(where, house.SYMBOL, "first")


def test_a_report_tells_how_far_a_study_is_and_who_was_shown_the_holdout(tuned: Path) -> None:
    where = house.workspace(tuned)
    found = inspect_study(where, house.SYMBOL, "first")

    assert (found.finished, found.running, found.left, found.paused) == (4, 0, 0, False)
    assert list(found.candidates) == read_candidates(where.study_dir(house.SYMBOL, "first"))
    assert found.edge in {"found", "not found"}
    assert found.importance == {}


def test_the_conditions_of_an_edge_are_told_in_words(own_tuned: Path) -> None:
    found = told(house.workspace(own_tuned), VERDICT)

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
    report = told(house.workspace(own_tuned), replace(VERDICT, pbo=0.3, distinct_trials=apart))
    (said,) = (one for one in report.conditions if "PBO" in one.text)

    assert said.met is False
    assert words in said.text


@pytest.mark.parametrize(
    ("looked", "words"),
    [
        (None, "31 trades on the hold-out earned +0.100 R each; by luck with probability 0.020, every look counted;"),
        (1, "by luck with probability 0.020, the only candidate of the tape that was shown it;"),
        (2, "by luck with probability 0.020, over the 2 candidates of the tape that were shown it;"),
    ],
)
def test_the_holdout_says_who_was_shown_it(own_tuned: Path, looked: int | None, words: str) -> None:
    report = told(house.workspace(own_tuned), replace(VERDICT, looked=looked))
    (said,) = (one for one in report.conditions if one.name == "holds on new data")

    assert words in said.text


def test_one_of_a_kind_is_no_plural(own_tuned: Path) -> None:
    lone = replace(VERDICT, trials=1, distinct_trials=1, holdout_trades=1, track_record=1)
    texts = " ".join(one.text for one in told(house.workspace(own_tuned), lone).conditions)

    assert re.findall(r"\b1 \w+ ?\w*", texts) == [
        "1 trial look",
        "1 trial without",
        "1 distinct trial",
        "1 trade on",
        "1 period",
    ]


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
