"""A tuning run that is killed, interrupted or doubled leaves a study that continues."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from psky.app.events import read_events
from psky.app.studies import list_trials
from psky.spec.codec import to_dict
from tests import house
from tests.commands import psky, started, until

TUNE = (
    "tune",
    "run",
    house.SYMBOL,
    "--study",
    "s",
    "--events",
    "events.jsonl",
    "--json",
    "--scope",
    ",".join(house.SCOPE),
)


@pytest.fixture
def here(own_stocked: Path) -> Path:
    (own_stocked / "quick.json").write_bytes(msgspec.json.encode(to_dict(house.QUICK)))
    return own_stocked


def states(here: Path) -> list[str]:
    return [trial.state for trial in list_trials(house.workspace(here), house.SYMBOL, "s")]


def started_trials(here: Path) -> int:
    """Return how many trials the study has begun, without a lock on its database."""
    path = house.workspace(here).study_dir(house.SYMBOL, "s") / "optuna.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            (count,) = database.execute("SELECT count(*) FROM trials WHERE state != 'WAITING'").fetchone()
        except sqlite3.OperationalError:
            return 0  # its tables are still being made
    return int(count)


def done(here: Path) -> int:
    return max((event.done for event in read_events(here / "events.jsonl")), default=0)


def test_killed_in_the_middle_of_a_trial_it_continues(here: Path) -> None:
    with started(*TUNE, "--trials", "500", "--spec", "quick.json", cwd=here) as process:
        until(lambda: done(here) >= 2 and started_trials(here) > done(here), "a trial under way")
        process.kill()
    with closing(sqlite3.connect(house.workspace(here).study_dir(house.SYMBOL, "s") / "optuna.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    left = states(here)
    assert left[:2] == ["complete", "complete"]

    again = psky("tune", "run", house.SYMBOL, "--study", "s", "--trials", "1", "--json", cwd=here)

    assert again.returncode in house.ANSWERED, again.stderr
    expected = [state.replace("running", "failed") for state in left] + ["complete"]
    assert states(here) == expected
    retried, again_tried = list_trials(house.workspace(here), house.SYMBOL, "s")[-2:]
    assert retried.state == "failed"
    assert retried.params.items() <= again_tried.params.items()
    assert json.loads(again.stdout)["trials"] == len(expected)


def test_one_interrupt_finishes_the_trial_and_judges_the_study(here: Path) -> None:
    with started(*TUNE, "--trials", "500", "--spec", "quick.json", cwd=here) as process:
        until(lambda: done(here) >= 1, "the first trial")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert process.returncode in house.ANSWERED, err
    assert "finishing the trial" in err
    result = json.loads(out)
    assert Path(here, result["summary"]).exists()
    assert 1 <= result["trials"] < 500
    assert "running" not in states(here)
    assert read_events(here / "events.jsonl")[-1].kind == "finished"

    again = psky("tune", "run", house.SYMBOL, "--study", "s", "--trials", "1", "--json", cwd=here)
    assert json.loads(again.stdout)["trials"] == result["trials"] + 1


def test_a_second_tuner_of_one_study_joins_in_and_leaves_the_verdict_to_the_last(here: Path) -> None:
    with started(*TUNE, "--trials", "500", "--spec", "quick.json", cwd=here) as process:
        until(lambda: done(here) >= 1, "the first trial")
        second = psky("tune", "run", house.SYMBOL, "--study", "s", "--trials", "1", cwd=here)
        assert process.poll() is None
        process.kill()

    assert second.returncode == 0, second.stderr  # not judged yet
    assert "another process is still tuning this study" in second.stderr
    numbers = [trial.number for trial in list_trials(house.workspace(here), house.SYMBOL, "s")]
    assert numbers == list(range(len(numbers)))
