"""Trials in a database of one's own choice, with workers that come and go."""

from __future__ import annotations

import signal
from pathlib import Path

import msgspec
import pytest

from psky.app.studies import list_trials
from psky.app.workspace import Workspace
from psky.errors import StoreError, UsageError
from psky.spec.codec import to_dict
from psky.tuning.storage import checked_url, storage
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
