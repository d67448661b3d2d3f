from __future__ import annotations

from psky.errors import JobError
from tests.tui.drive import KEY
from tests.tui.fake_jobs import FakeJob
from tui.board import JobBoard, look


class Broken(FakeJob):
    def status(self) -> object:  # type: ignore[override]
        raise JobError("expected events, found none")


def test_a_run_is_active_until_its_job_ends() -> None:
    board, job = JobBoard(), FakeJob()
    run = board.open(KEY)
    assert board.active() == (run,)
    run.job = job
    job.move("finished", 1, 1)
    board.update(run, look(run))
    assert board.active() == ()
    assert board.run(KEY) is run


def test_a_run_that_was_stopped_is_not_called_killed() -> None:
    board, job = JobBoard(), FakeJob()
    run = board.open(KEY)
    run.job, run.stopping = job, True
    assert run.state == "stopping"
    job.move("killed")
    board.update(run, look(run))
    assert run.state == "stopped"


def test_a_run_that_finished_before_it_could_stop_is_finished() -> None:
    board, job = JobBoard(), FakeJob()
    run = board.open(KEY)
    run.job, run.stopping = job, True
    job.move("finished")
    board.update(run, look(run))
    assert run.state == "finished"


def test_a_job_that_cannot_be_looked_at_has_failed() -> None:
    run = JobBoard().open(KEY)
    run.job = Broken()  # type: ignore[assignment]
    assert look(run).state == "failed"
    assert look(run).text == "expected events, found none"


def test_a_run_without_a_job_is_starting() -> None:
    assert look(JobBoard().open(KEY)).text == "starting"
