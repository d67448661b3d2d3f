from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from psky.app.names import SpecName
from psky.app.studies import find_study, list_studies, list_trials, spec_of
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.tuning.summary import read_summary, summary_path
from tests import house


def test_studies_are_listed_with_their_best_trial(tuned: Path) -> None:
    (view,) = list_studies(house.workspace(tuned))
    trials = list_trials(house.workspace(tuned), house.SYMBOL, "first")

    assert (view.symbol, view.study, view.trials, view.complete, view.pruned) == (house.SYMBOL, "first", 4, 4, 0)
    assert view.label == "DEMOUSDT (synthetic)"
    assert view.best_score == max(trial.score for trial in trials if trial.feasible and trial.score is not None)
    assert view.best_trial is not None
    assert trials[view.best_trial].score == view.best_score
    assert view.edge in {"found", "not found"}


def test_a_model_folder_of_its_own_lists_the_same(tuned: Path) -> None:
    where = Workspace(data_root=tuned, model_root=tuned, model_dir=tuned / "models" / house.SYMBOL)

    assert list_studies(where) == list_studies(house.workspace(tuned)) == list_studies(where, house.SYMBOL)


def test_a_spec_is_that_of_the_trial_or_the_one_that_trials_vary(tuned: Path) -> None:
    where = house.workspace(tuned)
    best = read_summary(find_study(where, house.SYMBOL, "first"), 1).strategy

    assert spec_of(where, house.SYMBOL, SpecName(study="first", trial=None)) == house.QUICK
    assert spec_of(where, house.SYMBOL, SpecName(study="first", trial=1)) == best != house.QUICK
    with pytest.raises(UsageError, match="99"):
        spec_of(where, house.SYMBOL, SpecName(study="first", trial=99))


def test_a_study_that_cannot_be_read_says_why_and_does_not_hide_the_others(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    (before,) = list_studies(where)
    names = ("no_database", "damaged", "empty", "no_record")
    no_database, damaged, empty, no_record = (
        shutil.copytree(before.folder, where.study_dir(house.SYMBOL, name)) for name in names
    )
    (no_database / "optuna.db").write_bytes(b"no database" * 100)
    whole = (damaged / "optuna.db").read_bytes()
    (damaged / "optuna.db").write_bytes(whole[:8192] + b"\0" * (len(whole) - 8192))
    (empty / "optuna.db").write_bytes(b"")
    (no_record / "study.json").write_text('{"study": "no_re')

    found = {view.study: view for view in list_studies(where)}

    assert found["first"] == before
    assert "found: Input data was truncated" in found["no_record"].problem
    assert "found: file is not a database" in found["no_database"].problem
    assert "malformed" in found["damaged"].problem
    assert "expected the trials of" in found["empty"].problem
    assert (found["empty"].symbol, found["empty"].trials, found["empty"].best_trial) == (house.SYMBOL, 0, None)


def test_other_folders_and_files_are_no_studies(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    before = list_studies(where)
    (where.model_root / "README.md").write_text("a file")
    (where.model_root / ".jobs").mkdir()
    (where.study_dir(house.SYMBOL, "empty")).mkdir()
    (where.studies_dir("OTHER")).mkdir()

    assert list_studies(where) == before
    assert list_studies(where, "OTHER") == []
    assert list_studies(house.workspace(own_tuned / "nowhere")) == []


def test_a_study_is_judged_by_the_summary_with_a_verdict(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    (view,) = list_studies(where)
    judged = [number for number in range(4) if read_summary(view.folder, number).edge is not None]
    assert view.edge == read_summary(view.folder, judged[0]).edge
    summary_path(view.folder, judged[0]).unlink()

    assert list_studies(where)[0].edge is None


def test_trials_show_the_sum_of_their_folds(tuned: Path) -> None:
    for number, view in enumerate(list_trials(house.workspace(tuned), house.SYMBOL, "first")):
        assert (view.number, view.state, view.reason) == (number, "complete", "")
        assert view.trades == sum(fold.trades for fold in view.folds)
        assert view.net_r == pytest.approx(sum(fold.net_r for fold in view.folds))
        assert [fold.fold for fold in view.folds] == [1, 2]
        assert view.win_rate is None or 0 <= view.win_rate <= 1
        assert view.feasible == all(fold.trades >= 1 for fold in view.folds)


def test_pruned_trials_say_why(own_stocked: Path) -> None:
    where = house.workspace(own_stocked)
    house.stock(where.store_path(house.SYMBOL), n=1000)
    with pytest.raises(Exception, match="found none among"):
        house.tune(where, "short", 1)
    (trial,) = list_trials(where, house.SYMBOL, "short")

    assert (trial.state, trial.score, trial.folds, trial.feasible) == ("pruned", None, (), False)
    assert "to train on" in trial.reason


def test_a_study_that_is_not_there_names_those_that_are(tuned: Path) -> None:
    with pytest.raises(UsageError, match="expected a study of DEMOUSDT, found 'x'; there are: first"):
        find_study(house.workspace(tuned), house.SYMBOL, "x")
    with pytest.raises(UsageError, match="there is none yet: psky tune run OTHER"):
        find_study(house.workspace(tuned), "OTHER", "x")
