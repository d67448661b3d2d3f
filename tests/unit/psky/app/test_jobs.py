"""Real jobs: processes that are watched through their files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from psky.app import jobs
from psky.app.backtest import load_backtest
from psky.app.events import read_events
from psky.app.job_status import JobStatus
from psky.app.processes import Process, identify
from psky.app.workspace import Workspace
from psky.errors import UsageError
from tests import house
from tests.commands import enter, environment, until

BACKTEST = ("backtest", "run", house.SYMBOL, "--study", "first", "--trial", "0", "--fold", "1")
LONG = ("tune", "run", house.SYMBOL, "--study", "long", "--trials", "500")
START = "import sys; from psky.app import jobs; from psky.app.workspace import Workspace\n"
START += "job = jobs.start(Workspace(), sys.argv[1:]); print(job.id, job.pid)"


@pytest.fixture
def here(own_tuned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(own_tuned, monkeypatch)


def ended(job: jobs.Job) -> JobStatus:
    until(lambda: not job.status().active, f"the end of job {job.id}")
    return job.status()


@pytest.mark.usefixtures("here")
def test_a_rehearsal_says_what_the_command_refuses_and_does_nothing() -> None:
    jobs.rehearse(Workspace(), ["tune", "run", house.SYMBOL, "--study", "new"])
    with pytest.raises(UsageError, match="expected a group of the search space, found 'labls'"):
        jobs.rehearse(Workspace(), ["tune", "run", house.SYMBOL, "--study", "new", "--scope", "labls"])

    assert not Workspace().study_dir(house.SYMBOL, "new").exists()
    assert jobs.list_jobs(Workspace()) == []


def load_backtest_trades(here: Path) -> tuple[object, ...]:
    view = load_backtest(house.workspace(here), house.SYMBOL, "first", 0, "fold_1")
    assert view is not None
    return view.trades


def test_a_job_runs_to_its_end_and_leaves_its_result(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    status = ended(job)

    assert (status.state, status.done, status.total) == ("finished", 5, 5)
    events = read_events(job.events_path)
    kinds = [event.kind for event in events]
    assert (kinds[0], set(kinds[1:-1]), kinds[-1]) == ("started", {"progress", "metric"}, "finished")
    assert status.metrics["trades"] == len(load_backtest_trades(here))
    steps = [event.done for event in events if event.kind == "progress"]
    assert steps == sorted(steps)


def test_a_job_says_what_it_is(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    ended(job)

    record = json.loads((job.folder / "job.json").read_text())
    assert (record["id"], record["command"], record["cwd"]) == (job.id, list(BACKTEST), str(here))
    assert record["process"]["pid"] == job.pid
    assert jobs.find_job(Workspace(), job.id) == job
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
    assert job.stop() == "asked"
    status = ended(job)

    assert status.state == "finished"
    assert 1 <= status.done < status.total == 500
    assert job.stop() == "ended"  # also while its process is still on its way out


@pytest.mark.usefixtures("here")
def test_a_job_that_is_stopped_twice_is_killed() -> None:
    job = jobs.start(Workspace(), LONG)
    until(lambda: job.status().done >= 1, "a first trial")
    os.kill(job.pid, signal.SIGSTOP)  # so that it cannot end by itself in between
    assert (job.next_stop(), job.stop(), job.next_stop()) == ("asked", "asked", "killed")
    assert job.status().state == "stopping"

    assert job.stop() == "killed"
    assert ended(job).state == "killed"


@pytest.mark.usefixtures("here")
def test_work_that_knows_no_stopping_place_ends_as_stopped() -> None:
    job = jobs.start(Workspace(), BACKTEST)
    until(lambda: len(read_events(job.events_path)) >= 1, "its first word")
    job.stop()

    assert ended(job).state in {"stopped", "finished"}


@pytest.mark.usefixtures("here")
def test_a_command_that_is_none_fails_with_its_reason() -> None:
    status = ended(jobs.start(Workspace(), ["tune", "runn", "X"]))

    assert (status.state, status.error) == ("failed", "UsageError")
    assert "No such command" in status.text


@pytest.mark.usefixtures("here")
def test_a_job_works_in_the_workspace_of_its_starter(here: Path) -> None:
    (here / "models").rename(here / "elsewhere")
    job = jobs.start(Workspace(model_root=Path("elsewhere")), BACKTEST)

    assert ended(job).state == "finished"
    assert [found.id for found in jobs.list_jobs(Workspace(model_root=Path("elsewhere")))] == [job.id]


def test_a_reused_process_id_is_another_process(tmp_path: Path) -> None:
    mine = identify(os.getpid())
    assert mine is not None
    assert mine.alive
    assert not msgspec.structs.replace(mine, start_ticks=mine.start_ticks - 1).alive
    assert not msgspec.structs.replace(mine, boot_id="before the machine was started again").alive
    before = a_job(tmp_path, process=msgspec.structs.replace(mine, boot_id="before"))

    assert before.status().state == "killed"
    assert before.stop() == "ended"
    assert a_job(tmp_path, process=mine).status().state == "running"


def a_job(folder: Path, process: Process, job_id: str = "j", started_us: int = 0) -> jobs.Job:
    return jobs.Job(
        id=job_id, folder=folder, process=process, command=("data", "list"), cwd=folder, started_us=started_us
    )


def test_old_jobs_are_those_that_ended_before(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    last_us = ended(job).last_us
    assert last_us is not None
    until(lambda: not job.process.alive, "the end of its process")

    assert jobs.ended_jobs(Workspace(), before_us=last_us) == []
    assert jobs.ended_jobs(Workspace(), before_us=last_us + 1) == [job]
    job.remove()
    assert jobs.list_jobs(Workspace()) == []
    assert (here / "models" / house.SYMBOL / "first").exists()


def test_an_unknown_job_is_refused_with_the_latest(here: Path) -> None:
    job = jobs.start(Workspace(), BACKTEST)
    (here / "models" / ".jobs" / "empty").mkdir()
    ended(job)

    with pytest.raises(UsageError, match=f"found 'nope'; the latest: {job.id}$"):
        jobs.find_job(Workspace(), "nope")


def test_a_job_outlives_the_process_that_started_it(here: Path) -> None:
    starter = subprocess.run(
        [sys.executable, "-c", START, *LONG], cwd=here, env=environment(), capture_output=True, text=True, check=True
    )
    job_id, pid = starter.stdout.split()
    job = jobs.find_job(Workspace(), job_id)
    assert job.pid == int(pid)
    assert os.getsid(job.pid) == job.pid, "a terminal that closes takes its session with it"
    until(lambda: job.status().done >= 1, "a first trial")
    assert job.status().state == "running"

    job.stop()
    until(lambda: job.status().state == "finished", "the end of the job")
