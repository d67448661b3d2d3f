"""Trials in a database of one's own choice, with workers that come and go."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import optuna
import pytest

from psky.app.studies import list_trials
from psky.app.workspace import Workspace
from psky.errors import StoreError, UsageError
from psky.spec.codec import to_dict
from psky.tuning.storage import DATABASE, checked_url, storage
from psky.tuning.study import read_record
from tests import house
from tests.commands import psky, started, until
from tests.postgres import server


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="without a password") as refused:
        checked_url("postgresql+psycopg://me:secret@db.example/psky")

    assert "secret" not in str(refused.value)
    assert checked_url("postgresql+psycopg://me@db.example/psky") == "postgresql+psycopg://me@db.example/psky"


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a storage URL"):
        checked_url("my database")


def test_a_missing_driver_and_a_silent_database_are_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="expected a driver"), storage(tmp_path, "nosuch://host/name"):
        pass
    with pytest.raises(StoreError, match="expected a database at"), storage(tmp_path, "sqlite:////no/such/folder/x.db"):
        pass


def test_a_storage_that_does_not_answer_makes_no_study_that_others_would_fail_on(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    with pytest.raises(StoreError, match="expected a database at"):
        house.tune(where, "second", 1, storage="sqlite:////no/such/folder/x.db")

    assert house.tune(where, "second", 1).census.studies == 2


@pytest.mark.slow
def test_several_processes_share_a_study_on_postgresql(own_stocked: Path) -> None:
    (own_stocked / "quick.json").write_bytes(msgspec.json.encode(to_dict(house.QUICK)))
    where = Workspace(data_root=own_stocked / "data", model_root=own_stocked / "models")
    scope = ("--scope", ",".join(house.SCOPE))
    with server() as url:
        tune = ("tune", "run", house.SYMBOL, "--study", "s", "--storage", url, "--spec", "quick.json", *scope)
        with started(*tune, "--trials", "200", cwd=own_stocked) as first:
            until(lambda: len(list_finished(where)) >= 1, "the first trial")
            second = psky(*tune, "--trials", "3", "--jobs", "2", cwd=own_stocked)
            first.send_signal(signal.SIGINT)
            _, err = first.communicate(timeout=120)
        trials = list_trials(where, house.SYMBOL, "s")

        assert {first.returncode, second.returncode} <= house.ANSWERED, err + second.stderr
        assert read_record(where.study_dir(house.SYMBOL, "s")).storage == url
        assert [trial.number for trial in trials] == list(range(len(trials)))
        assert "running" not in {trial.state for trial in trials}
        drawn = [str(trial.params) for trial in trials if trial.params]
        assert len(set(drawn)) == len(drawn)


def list_finished(where: Workspace) -> list[int]:
    folder = where.study_dir(house.SYMBOL, "s")
    if not (folder / "study.json").exists():
        return []
    try:
        views = list_trials(where, house.SYMBOL, "s")
    except (StoreError, UsageError):  # the study is still being made
        return []
    return [view.number for view in views if view.state == "complete"]


def _deleted(database: Path) -> None:
    database.unlink()


def _emptied(database: Path) -> None:
    database.write_bytes(b"")


def _overwritten(database: Path) -> None:
    database.write_bytes(b"no database" * 1000)


GONE = r"expected the trials of a study in .*optuna\.db, found that the file was deleted or emptied while it was in use"


DAMAGED = "expected a database that answers at .*, found: file is not a database$"
SPOILT = "^expected (the trials of a study in|a database that answers at) "
"""Of a file that the heartbeat may have written to since."""


@pytest.mark.parametrize(
    ("spoil", "within", "words"),
    [
        (_deleted, False, GONE),
        (_deleted, True, GONE),
        (_emptied, False, GONE),
        (_emptied, True, SPOILT),
        (_overwritten, False, DAMAGED),
        (_overwritten, True, SPOILT),
    ],
)
def test_a_database_that_is_spoilt_while_a_study_runs_is_said_to_be(
    tmp_path: Path, spoil: Callable[[Path], None], words: str, *, within: bool
) -> None:
    with pytest.raises(StoreError, match=words):
        _one_trial(tmp_path, spoil, within=within)


def _one_trial(folder: Path, spoil: Callable[[Path], None], *, within: bool) -> None:
    def score(trial: optuna.Trial) -> float:
        if within:
            spoil(folder / DATABASE)
        return trial.suggest_float("x", 0, 1)

    with storage(folder, None) as opened:
        study = optuna.create_study(storage=opened)
        if not within:
            spoil(folder / DATABASE)
        study.optimize(score, n_trials=1)


def test_a_heartbeat_that_finds_no_database_leaves_it_to_the_worker_to_say_so(tmp_path: Path) -> None:
    with storage(tmp_path, None) as opened:
        name = optuna.create_study(storage=opened).study_name
        trial_id = opened.create_new_trial(opened.get_study_id_from_name(name))
        _overwritten(tmp_path / DATABASE)

        opened.record_heartbeat(trial_id)


def test_a_fault_that_is_not_the_databases_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="of its own"), storage(tmp_path, None):
        raise AssertionError("of its own")
