"""Real jobs: processes that are watched through their files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from psky.app import jobs
from psky.app.backtest import load_backtest
from psky.app.events import read_events
from psky.app.workspace import Workspace
from tests import house
from tests.commands import environment, until

BACKTEST = ("backtest", "run", house.SYMBOL, "--study", "first", "--trial", "0", "--fold", "1")
LONG = ("tune", "run", house.SYMBOL, "--study", "long", "--trials", "500")
START = "import sys; from psky.app import jobs; from psky.app.workspace import Workspace\n"
START += "job = jobs.start(Workspace(), sys.argv[1:]); print(job.id, job.pid)"


@pytest.fixture
def here(own_tuned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(own_tuned)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    return own_tuned


def ended(job: jobs.Job) -> jobs.JobStatus:
    until(lambda: job.status().state != "running", f"the end of job {job.id}")
    return job.status()


def test_a_job_runs_to_its_end_and_leaves_its_result(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    status = ended(job)

    assert (status.state, status.done, status.total) == ("finished", 5, 5)
    events = read_events(job.events_path)
    assert [event.kind for event in events] == ["started", *["progress"] * (len(events) - 2), "finished"]
    steps = [event.done for event in events if event.kind == "progress"]
    assert steps == sorted(steps)
    assert load_backtest(house.workspace(here), house.SYMBOL, "first", 0, "fold_1") is not None


def test_a_job_says_what_it_is(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    ended(job)

    assert json.loads((job.folder / "job.json").read_text()) == {
        "id": job.id,
        "pid": job.pid,
        "command": list(BACKTEST),
    }
    assert "5/5 steps done" in (job.folder / "log.txt").read_text()
    assert job.folder.resolve().parent == here / "models" / ".jobs"


@pytest.mark.usefixtures("here")
def test_a_failed_job_carries_the_error() -> None:
    job = jobs.start(Workspace(), [*BACKTEST[:-1], "9"])
    status = ended(job)

    assert status.state == "failed"
    assert status.text == "expected one of fold_1, fold_2, holdout, found 'fold_9'"
    until(lambda: status.text in (job.folder / "log.txt").read_text(), "the error in the log")


@pytest.mark.usefixtures("here")
def test_a_killed_job_is_not_called_finished() -> None:
    job = jobs.start(Workspace(), LONG)
    until(lambda: job.status().done >= 1, "a first trial")
    os.kill(job.pid, signal.SIGKILL)

    assert ended(job).state == "killed"


@pytest.mark.usefixtures("here")
def test_a_job_that_is_stopped_finishes_what_it_is_at() -> None:
    job = jobs.start(Workspace(), LONG)
    until(lambda: job.status().done >= 1, "a first trial")
    job.stop()
    status = ended(job)

    assert status.state == "finished"
    assert 1 <= status.done < status.total == 500
    job.stop()  # a job that has ended is left alone


def test_a_job_outlives_the_process_that_started_it(here: Path) -> None:
    starter = subprocess.run(
        [sys.executable, "-c", START, *LONG], cwd=here, env=environment(), capture_output=True, text=True, check=True
    )
    job_id, pid = starter.stdout.split()
    job = jobs.Job(id=job_id, folder=here / "models" / ".jobs" / job_id, pid=int(pid), command=LONG)
    assert os.getsid(job.pid) == job.pid, "a terminal that closes takes its session with it"
    until(lambda: job.status().done >= 1, "a first trial")
    assert job.status().state == "running"

    job.stop()
    until(lambda: job.status().state == "finished", "the end of the job")
