"""What a command would do is what it then does."""

from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.data import import_files, load_tape
from psky.app.plans.tape import plan_import
from psky.app.plans.training import plan_training
from psky.app.plans.tuning import plan_tuning
from psky.app.train import run_training
from psky.app.tune import TuneRequest
from psky.errors import UsageError
from psky.replay.dataset import build_dataset
from psky.replay.periods import folds, holdout
from psky.spec.spec import Spec
from tests import house
from tests.trade_files import rows, write


def test_an_import_is_planned_as_it_is_done(tmp_path: Path) -> None:
    where = house.workspace(tmp_path)
    paths = [write(tmp_path / name, rows(50, price=price)) for name, price in (("a.csv", 100.0), ("b.csv", 90.0))]
    for _ in range(2):
        planned = [(file.name, file.status) for file in plan_import(where, "X", paths)]
        assert planned == [(file.name, file.status) for file in import_files(where, "X", paths).files]
    write(tmp_path / "b.csv", rows(60, price=90.0))

    assert [file.status for file in plan_import(where, "X", paths)] == ["unchanged", "replaced"]


def test_planning_an_import_makes_no_store(tmp_path: Path) -> None:
    plan_import(house.workspace(tmp_path), "X", [write(tmp_path / "a.csv", rows(50))])

    assert not (tmp_path / "data").exists()


def test_a_tuning_is_planned_on_the_periods_that_it_uses(stocked: Path) -> None:
    where = house.workspace(stocked)
    plan = plan_tuning(where, TuneRequest(symbol=house.SYMBOL, study="new", trials=3, spec=house.QUICK))
    dataset = build_dataset(load_tape(where, house.SYMBOL), house.QUICK)
    used = [*folds(dataset), holdout(dataset)]

    assert [(period.name, period.start_us, period.end_us) for period in plan.periods[1:]] == [
        (part.name, part.start_us, part.end_us) for part in used
    ]
    assert plan.periods[0].end_us == used[0].start_us
    assert (plan.continues, plan.trials) == (False, 3)
    assert plan.changes["model.rounds"] == (Spec().model.rounds, house.QUICK.model.rounds)
    assert {"intent.stop_atr", "model.rounds"} <= plan.space.keys()
    assert not where.study_dir(house.SYMBOL, "new").exists()


def test_a_value_that_is_fixed_is_not_in_the_space(stocked: Path) -> None:
    request = TuneRequest(symbol=house.SYMBOL, study="new", trials=3, spec=house.QUICK, fixed={"touch.ema": 22})
    plan = plan_tuning(house.workspace(stocked), request)

    assert "touch.ema" not in plan.space
    assert plan.changes["touch.ema"][1] == 22


def test_a_study_that_is_there_is_continued_with_its_own_spec(tuned: Path) -> None:
    plan = plan_tuning(house.workspace(tuned), TuneRequest(symbol=house.SYMBOL, study="first", trials=1))

    assert plan.continues
    assert plan.changes["model.rounds"][1] == house.QUICK.model.rounds


def test_a_training_is_planned_as_it_is_done(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    plan = plan_training(where, house.SYMBOL, "first", 0)
    assert not plan.replaces
    assert not plan.model_folder.exists()
    done = run_training(where, house.SYMBOL, "first", 0)

    assert (plan.config_path, plan.model_folder) == (done.config_path, done.model_folder)
    assert plan.train.start_us <= done.train_start_us
    assert done.train_end_us <= plan.train.end_us
    assert plan_training(where, house.SYMBOL, "first", 0).replaces


def test_a_plan_for_nothing_is_refused(tuned: Path) -> None:
    with pytest.raises(UsageError):
        plan_training(house.workspace(tuned), house.SYMBOL, "nope", 0)
    with pytest.raises(UsageError):
        plan_tuning(house.workspace(tuned), TuneRequest(symbol="NOPE", study="s", trials=1))
