"""What is printed of models that have nothing to say, and of how far scores are off by chance."""

from __future__ import annotations

import dataclasses

import pytest

from psky.cli.model_tables import print_explanation, print_report
from psky.learn.importance import Contribution
from psky.replay.dataset import Dataset
from psky.replay.model_report import ModelReport, explain, model_report
from psky.replay.periods import folds
from psky.replay.run import train


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> ModelReport:
    return model_report(dataset, seed=1)


def printed(report: ModelReport, capsys: pytest.CaptureFixture[str]) -> str:
    print_report(report, "X / first / trial 0", 3)
    return capsys.readouterr().out


def test_a_fold_whose_touches_all_got_one_p_has_no_auc(report: ModelReport, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = (dataclasses.replace(part, one_p=False) for part in report.parts)
    flat = dataclasses.replace(report, parts=(dataclasses.replace(first, one_p=True), *others))

    assert printed(flat, capsys).count("one p for all") == 1


def test_leaks_are_counted_where_there_are_some(report: ModelReport, capsys: pytest.CaptureFixture[str]) -> None:
    assert "trial 0: the models of its folds; no training row leaks into" in printed(report, capsys)
    fold = dataclasses.replace(report.leaks["fold_1"], leaked=(3,))
    leaking = dataclasses.replace(report, leaks=report.leaks | {"fold_1": fold})
    assert "1 training row LEAK into" in printed(leaking, capsys)


def test_a_z_of_overlapping_rows_is_also_told_as_of_independent_ones(
    report: ModelReport, capsys: pytest.CaptureFixture[str]
) -> None:
    quality = dataclasses.replace(report.quality, rows=400, n_eff=100.0, spiegelhalter_z=-2.4)

    assert "of as many as these are, about -1.20" in printed(dataclasses.replace(report, quality=quality), capsys)


def test_columns_that_add_nothing_are_not_listed(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    part = folds(dataset)[0]
    found = explain(dataset, part, train(dataset, part), int(part.test[0]))
    idle = tuple(Contribution(name=one.name, value=one.value, log_odds=0.0) for one in found.contributions)
    one = (dataclasses.replace(idle[0], log_odds=0.25), *idle[1:])

    print_explanation(dataclasses.replace(found, contributions=one), 5)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[4:6]] == ["(base)", idle[0].name]
    print_explanation(dataclasses.replace(found, contributions=idle), 5)
    assert "(none: it has no trees)" in capsys.readouterr().out
