from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from psky.app.backtest import BacktestRequest, load_backtest, run_backtest
from psky.app.train import load_trained, run_training
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import Progress, ignore_progress
from psky.errors import MismatchError, ModelError, UsageError
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.ledger_files import read_ledger
from psky.tuning.looks import looks
from psky.tuning.summary import TuningSummary, read_summary
from tests import house

PARTS = ("fold_1", "fold_2", "holdout")


@pytest.fixture
def where(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


def winner(where: Workspace) -> TuningSummary:
    folder = where.study_dir(house.SYMBOL, "first")
    return next(summary for summary in (read_summary(folder, number) for number in range(4)) if summary.holdout)


def backtest(where: Workspace, trial: int, part: str = "holdout", **request: Any) -> BacktestView:  # noqa: ANN401
    wanted = BacktestRequest(symbol=house.SYMBOL, study="first", trial=trial, part=part, **request)
    return run_backtest(where, wanted, on_progress=ignore_progress)


def test_each_fold_of_each_trial_replays_as_it_was_tuned(where: Workspace) -> None:
    folder = where.study_dir(house.SYMBOL, "first")
    for trial in range(4):
        for fold in read_summary(folder, trial).folds:
            view = backtest(where, trial, f"fold_{fold.fold}")
            assert view.result.digest == view.result.tuned_digest == fold.digest
            assert (view.result.metrics["trades"], view.result.metrics["net_r"]) == (fold.trades, fold.net_r)
            assert len(view.trades) == fold.trades


def test_the_holdout_replays_as_it_was_judged(where: Workspace) -> None:
    summary = winner(where)
    view = backtest(where, summary.trial, "holdout")

    assert summary.holdout is not None
    assert view.result.digest == view.result.tuned_digest == summary.holdout.digest
    assert view.result.metrics == summary.holdout.metrics


def test_a_trial_that_was_not_judged_has_no_digest_to_compare(where: Workspace) -> None:
    other = next(number for number in range(4) if number != winner(where).trial)

    assert backtest(where, other, "holdout").result.tuned_digest is None


@pytest.mark.parametrize("part", PARTS)
def test_what_was_written_is_read_back(where: Workspace, part: str) -> None:
    view = backtest(where, winner(where).trial, part)

    assert load_backtest(where, house.SYMBOL, "first", view.result.trial, part) == view
    assert (view.result.symbol, view.result.label, view.result.part) == (house.SYMBOL, "DEMOUSDT (synthetic)", part)
    assert {path.name for path in view.folder.iterdir()} == {
        "result.json",
        "report.html",
        "trades.csv",
        "trades.parquet",
        "ledger",
    }
    assert read_ledger(view.folder / "ledger").digest == view.result.digest


def test_the_trades_add_up_to_the_metrics(where: Workspace) -> None:
    view = backtest(where, winner(where).trial, "fold_1")
    trades = pl.read_csv(view.folder / "trades.csv")

    stages = {stage.name: stage.count for stage in view.result.funnel}
    assert len(view.trades) == len(trades) == stages["closed"] > 0
    assert sum(trade.net_r for trade in view.trades) == pytest.approx(view.result.metrics["net_r"])
    assert trades["net_r"].sum() == pytest.approx(view.result.metrics["net_r"])
    assert stages["bars"] > stages["touches"] >= stages["accepted"] >= stages["closed"]
    assert {trade.side for trade in view.trades} <= {"long", "short"}


def test_nothing_is_loaded_before_a_backtest(where: Workspace) -> None:
    assert load_backtest(where, house.SYMBOL, "first", 0, "fold_1") is None


def test_a_damaged_result_is_refused(where: Workspace) -> None:
    view = backtest(where, 0, "fold_1")
    (view.folder / "result.json").write_text('{"symbol": 3}')

    with pytest.raises(MismatchError, match="expected the result of a backtest"):
        load_backtest(where, house.SYMBOL, "first", 0, "fold_1")


def test_the_holdout_trains_what_was_not_trained_and_counts_its_looks(where: Workspace) -> None:
    folder = where.study_dir(house.SYMBOL, "first")
    before = looks(folder)
    assert not (folder / "model_0").exists()

    backtest(where, 0, "fold_1")
    assert (looks(folder), (folder / "model_0").exists()) == (before, False)

    first = backtest(where, 0, "holdout")
    assert (looks(folder), (folder / "model_0" / "model.txt").exists()) == (before + 1, True)
    assert backtest(where, 0, "holdout").result.digest == first.result.digest
    assert looks(folder) == before + 2


def test_progress_goes_from_nothing_to_done(where: Workspace) -> None:
    seen: list[Progress] = []
    run_backtest(
        where, BacktestRequest(symbol=house.SYMBOL, study="first", trial=0, part="fold_1"), on_progress=seen.append
    )

    assert seen[0].done == 0
    assert (seen[-1].done, seen[-1].text) == (seen[-1].total, "done")
    assert [now.done for now in seen] == sorted(now.done for now in seen)


@pytest.mark.parametrize(
    ("study", "trial", "part", "words"),
    [
        ("second", 0, "holdout", "found 'second'; there are: first"),
        ("first", 7, "holdout", "found 7"),
        ("first", 0, "fold_3", "expected one of fold_1, fold_2, holdout"),
        ("../first", 0, "holdout", "expected a study of 1 to 40 letters"),
    ],
)
def test_what_is_not_there_is_named(where: Workspace, study: str, trial: int, part: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run_backtest(
            where,
            BacktestRequest(symbol=house.SYMBOL, study=study, trial=trial, part=part),
            on_progress=ignore_progress,
        )


def dataset_of(where: Workspace, trial: int) -> Dataset:
    tape = house.tape_of(house.columns(), read_summary(where.study_dir(house.SYMBOL, "first"), trial).tape_fingerprint)
    return build_dataset(tape, read_summary(where.study_dir(house.SYMBOL, "first"), trial).strategy)


def test_a_trained_model_is_loaded_by_whoever_has_its_spec_and_tape(where: Workspace) -> None:
    trained = run_training(where, house.SYMBOL, "first", 0)
    folder = where.study_dir(house.SYMBOL, "first")
    bundle = load_trained(folder, 0, dataset_of(where, 0))

    assert bundle.trained_on.rows == trained.rows
    assert (bundle.trained_on.start_us, bundle.trained_on.end_us) == (trained.train_start_us, trained.train_end_us)
    with pytest.raises(MismatchError, match="expected spec"):
        load_trained(folder, 0, dataset_of(where, 1))
    with pytest.raises(ModelError, match="expected a bundle"):
        load_trained(folder, 1, dataset_of(where, 1))


def test_training_twice_gives_the_same_bytes(where: Workspace) -> None:
    trained = run_training(where, house.SYMBOL, "first", 0)
    files = [trained.config_path, *sorted(trained.model_folder.iterdir())]
    before = [path.read_bytes() for path in files]
    run_training(where, house.SYMBOL, "first", 0)

    assert [path.read_bytes() for path in files] == before
    config = msgspec.json.decode(trained.config_path.read_bytes())
    assert (config["trial"], config["synthetic"], config["train_rows"]) == (0, True, trained.rows)
    assert (config["model"], config["tuning_summary"]) == ("model_0", "tuning_summary_0.json")


def test_the_training_set_ends_before_the_holdout(where: Workspace) -> None:
    trained = run_training(where, house.SYMBOL, "first", 0)

    assert trained.train_end_us < backtest(where, 0, "holdout").result.start_ts_us


def test_an_edited_model_is_refused_without_a_look_at_the_holdout(where: Workspace) -> None:
    trained = run_training(where, house.SYMBOL, "first", 0)
    path = trained.model_folder / "model.txt"
    path.write_text(path.read_text().replace("leaf_value=", "leaf_value=1", 1))
    before = looks(where.study_dir(house.SYMBOL, "first"))

    with pytest.raises(ModelError, match="expected the file that was saved"):
        backtest(where, 0, "holdout")
    assert looks(where.study_dir(house.SYMBOL, "first")) == before


def test_another_tape_is_refused(where: Workspace) -> None:
    house.stock(where.store_path(house.SYMBOL), seed=4)

    for part in PARTS:
        with pytest.raises(MismatchError, match="expected the tape that the study was tuned on"):
            backtest(where, 0, part)
    with pytest.raises(MismatchError, match="have changed; tune again"):
        run_training(where, house.SYMBOL, "first", 0)


def test_a_summary_of_another_trial_is_refused(where: Workspace) -> None:
    folder = where.study_dir(house.SYMBOL, "first")
    shutil.copy(folder / "tuning_summary_1.json", folder / "tuning_summary_0.json")

    with pytest.raises(MismatchError, match="expected the summary of trial 0, found that of trial 1"):
        backtest(where, 0, "fold_1")
