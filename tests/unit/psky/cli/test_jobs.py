"""`psky jobs` and `--detach`: a shell sees what any other front end started, and the other way round."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from psky.app import jobs
from psky.app.workspace import Workspace
from tests import house
from tests.commands import enter, psky, started, until
from tui.core import AppCore
from tui.work import RunKey

FOLD = ("backtest", "run", house.SYMBOL, "--study", "first", "--trial", "0", "--fold", "1")
LONG = ("tune", "run", house.SYMBOL, "--study", "long", "--trials", "500")


@pytest.fixture
def here(own_tuned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(own_tuned, monkeypatch)


def as_json(*command: str, cwd: Path, code: int = 0) -> dict[str, Any]:
    ended = psky(*command, "--json", cwd=cwd)
    assert ended.returncode == code, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def state_of(job_id: str) -> str:
    return jobs.find_job(Workspace(), job_id).status().state


def test_a_detached_command_is_a_job_that_can_be_watched(here: Path) -> None:
    begun = psky(*FOLD, "--detach", cwd=here)
    job_id = begun.stdout.strip()
    assert (begun.returncode, begun.stdout.count("\n")) == (0, 1)
    assert f"psky jobs watch {job_id}" in begun.stderr

    watched = psky("jobs", "watch", job_id, cwd=here)
    assert watched.returncode == 0, watched.stderr
    assert f"job {job_id} finished: psky backtest run" in watched.stderr
    assert "net_r" in watched.stderr
    (listed,) = as_json("jobs", "list", cwd=here)["jobs"]
    assert (listed["id"], listed["command"], listed["status"]["state"]) == (job_id, list(FOLD), "finished")
    assert "digest" in psky("jobs", "logs", job_id, cwd=here).stdout


@pytest.mark.parametrize(
    "command", [("data", "synth", "NEWUSDT", "--prints", "2000"), ("reproduce", "models/DEMOUSDT/first")], ids=str
)
def test_every_long_command_can_be_detached(command: tuple[str, ...], here: Path) -> None:
    words = [str(next(here.glob(f"{word}/tuning_summary_*.json"))) if "/" in word else word for word in command]
    job_id = as_json(*words, "--detach", cwd=here)["id"]

    assert as_json("jobs", "watch", job_id, cwd=here)["status"]["state"] == "finished"


def test_the_demo_can_be_detached(here: Path) -> None:
    job_id = as_json("demo", "--trials", "1", "--detach", cwd=here)["id"]
    job = jobs.find_job(Workspace(), job_id)
    until(lambda: job.status().text != "", "its first word")
    job.stop()
    job.stop()

    assert job.command == ("demo", "--trials", "1")


def test_a_shell_attaches_to_what_the_workstation_started(here: Path) -> None:
    job = AppCore(Workspace()).start(RunKey(symbol=house.SYMBOL, study="first", trial=0, part="fold_1"))

    assert as_json("jobs", "watch", job.id, cwd=here)["status"]["state"] == "finished"


def test_the_workstation_sees_and_stops_what_a_shell_started(here: Path) -> None:
    job_id = as_json(*LONG, "--detach", cwd=here)["id"]
    core = AppCore(Workspace())
    assert [view.id for view in core.list_jobs()] == [job_id]
    until(lambda: core.list_jobs()[0].status.done >= 1, "a first trial")
    assert "tune" in core.read_log(job_id)

    assert core.stop_job(job_id) == "asked"
    until(lambda: state_of(job_id) == "finished", "the end of the job")


def test_stop_asks_first_and_then_kills(here: Path) -> None:
    job_id = as_json(*LONG, "--detach", cwd=here)["id"]
    job = jobs.find_job(Workspace(), job_id)
    until(lambda: job.status().done >= 1, "a first trial")
    first, second = (psky("jobs", "stop", job_id, cwd=here) for _ in range(2))

    assert "Asked a second time it is killed" in first.stderr
    assert "killed" in second.stderr or "had ended" in second.stderr
    until(lambda: not job.process.alive, "the end of its process")
    assert as_json("jobs", "stop", job_id, cwd=here)["stop"] == "ended"


def test_a_job_that_failed_is_watched_to_its_reason(here: Path) -> None:
    job_id = as_json(*FOLD[:-1], "9", "--detach", cwd=here)["id"]
    watched = psky("jobs", "watch", job_id, cwd=here)

    assert watched.returncode == 7
    assert "failed: expected one of fold_1, fold_2, holdout, found 'fold_9'" in watched.stderr
    assert as_json("jobs", "watch", job_id, cwd=here, code=7)["status"]["error"] == "UsageError"


def test_an_interrupted_watcher_leaves_the_job_running(here: Path) -> None:
    job_id = as_json(*LONG, "--detach", cwd=here)["id"]
    with started("jobs", "watch", job_id, cwd=here) as watcher:
        assert watcher.stderr is not None
        assert watcher.stderr.readline().startswith("tune run")
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(timeout=60) == 130
    assert jobs.find_job(Workspace(), job_id).status().active

    jobs.find_job(Workspace(), job_id).stop()
    jobs.find_job(Workspace(), job_id).stop()
    until(lambda: not state_of(job_id).startswith(("running", "stopping")), "its end")


def test_what_a_detached_command_picked_is_part_of_the_job(here: Path) -> None:
    job_id = as_json("tune", "run", house.SYMBOL, "--trials", "500", "--detach", cwd=here)["id"]
    job = jobs.find_job(Workspace(), job_id)
    job.stop()
    job.stop()

    assert job.command[-2:] == ("--study", "study")


def test_roots_named_before_the_command_hold_for_its_job(here: Path) -> None:
    (here / "models").rename(here / "elsewhere")
    roots = ("--model-root", "elsewhere")
    job_id = as_json(*roots, *FOLD, "--detach", cwd=here)["id"]

    assert as_json(*roots, "jobs", "watch", job_id, cwd=here)["status"]["state"] == "finished"
    assert as_json("jobs", "list", cwd=here)["jobs"] == []


def test_pruning_says_first_what_it_would_delete(here: Path) -> None:
    job_id = as_json(*FOLD, "--detach", cwd=here)["id"]
    assert as_json("jobs", "watch", job_id, cwd=here)["status"]["state"] == "finished"
    assert as_json("jobs", "prune", "--older-than", "1d", cwd=here)["jobs"] == []
    job = jobs.find_job(Workspace(), job_id)
    until(lambda: not job.process.alive, "the end of its process")
    until(lambda: as_json("jobs", "prune", "--older-than", "1s", "--dry-run", cwd=here)["jobs"] == [job_id], "a second")

    assert job.folder.exists()
    assert as_json("jobs", "prune", "--older-than", "1s", cwd=here)["jobs"] == [job_id]
    assert not job.folder.exists()
