"""What a command would do is what it then does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from psky.app.data import import_files, load_tape
from psky.app.market_facts import funding
from psky.app.plans.reproduction import plan_reproduction
from psky.app.plans.tape import plan_funding, plan_import, plan_synthesis
from psky.app.plans.training import plan_training
from psky.app.plans.tuning import plan_tuning
from psky.app.reproduce import reproduce
from psky.app.synth import generate_tape
from psky.app.train import run_training
from psky.app.tune import TuneRequest
from psky.domain.progress import ignore_progress
from psky.errors import UsageError
from psky.ingest.report import FileStatus
from psky.market.psg1 import Psg1Params
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


def test_a_tape_is_generated_as_planned(tmp_path: Path) -> None:
    where, params = house.workspace(tmp_path), Psg1Params(n=1000, seed=1)
    assert plan_synthesis(where, "X", params) is FileStatus.IMPORTED
    assert not (tmp_path / "data").exists()
    for other, status in ((params, FileStatus.UNCHANGED), (replace(params, seed=2), FileStatus.REPLACED)):
        generate_tape(where, "X", params)
        assert plan_synthesis(where, "X", other) is status
        assert generate_tape(where, "X", other).stored.files[0].status is status


def test_real_trades_are_not_planned_over(tmp_path: Path) -> None:
    where = house.workspace(tmp_path)
    import_files(where, "X", [write(tmp_path / "a.csv", rows(50))])

    with pytest.raises(UsageError, match="X holds real trades"):
        plan_synthesis(where, "X", Psg1Params(n=1000, seed=1))


def test_funding_is_planned_file_by_file(tmp_path: Path) -> None:
    where = house.workspace(tmp_path)
    import_files(where, "X", [write(tmp_path / "a.csv", rows(50))])
    file = write(tmp_path / "funding.csv", "timestamp,rate\n1700028800,0.0002\n1700000000,0.0001\n")
    (planned,) = plan_funding(where, "X", [file])

    assert (planned.name, planned.stamps) == ("funding.csv", 2)
    assert (planned.first_ts_us, planned.last_ts_us) == (1_700_000_000_000_000, 1_700_028_800_000_000)
    assert not len(funding(where, "X"))
    with pytest.raises(UsageError, match="NOPE"):
        plan_funding(where, "NOPE", [file])


def test_a_reproduction_is_planned_on_what_the_trial_was_replayed_on(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    path = where.study_dir(house.SYMBOL, "first") / "tuning_summary_0.json"
    plan = plan_reproduction(where, path)

    assert plan.parts == tuple(one.part for one in reproduce(where, path, on_progress=ignore_progress).parts)


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
