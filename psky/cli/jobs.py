"""`psky jobs`: work that runs in processes of its own, whoever started it."""

from __future__ import annotations

import dataclasses
import shlex
import time
from typing import Annotated

import typer

from psky.app import jobs
from psky.app.job_status import JobStatus, progress_words, stopped_words
from psky.app.job_views import list_job_views, view_of
from psky.cli import complete, dry_runs, output
from psky.cli.exit_codes import ExitCode
from psky.cli.options import DryRun, Json, length_s, workspace
from psky.domain.text import counted, span, utc_minute
from psky.domain.time import SECOND_US

app = typer.Typer(help="Watch and stop work that runs on its own.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.", autocompletion=complete.jobs)]
_LOOK_S = 0.2
_OLD_S = 7 * 86_400
_OLDER_THAN = "Least time since the end, as in 12h or 7d; 7d when left out."


@app.command("list")
def list_(json: Json = False) -> None:
    """List all jobs, the latest first, with how far they are.

    Example: psky jobs list --json
    """
    found = list_job_views(workspace())
    if json:
        return output.print_json({"jobs": [dataclasses.asdict(view) for view in found]})
    if not found:
        return output.say("there are no jobs; psky tune run, train, backtest run and data import take --detach")
    return output.print_table(
        "Jobs",
        ("id", "state", "started (UTC)", ">took", "progress", "command"),
        [
            (
                view.id,
                view.status.state,
                utc_minute(view.started_us),
                span(view.took_s),
                progress_words(view.status),
                shlex.join(view.command),
            )
            for view in found
        ],
    )


@app.command("watch")
def watch(job_id: JobId, json: Json = False) -> None:
    """Show how far a job is until it ends; Ctrl-C leaves it running. Ends with 7 unless the job finished.

    Example: psky jobs watch 3f9a1c22
    """
    job = jobs.find_job(workspace(), job_id)
    status = _watched(job)
    if json:
        output.print_json(dataclasses.asdict(view_of(job, status)))
    elif status.state == "finished":
        output.say(f"job {job.id} finished: {shlex.join(['psky', *job.command])}")
        _say_findings(status)
    if status.state != "finished":
        output.say(f"psky: job {job.id} {status.state}: {status.text}; see: psky jobs logs {job.id}")
        raise typer.Exit(ExitCode.JOB)


@app.command("stop")
def stop(job_id: JobId, dry_run: DryRun = False, json: Json = False) -> None:
    """Ask a job to finish what it is at and stop; a second time, kill it.

    Example: psky jobs stop 3f9a1c22
    """
    job = jobs.find_job(workspace(), job_id)
    if dry_run:
        return dry_runs.show_stop(job_id, job.next_stop(), json=json)
    done = job.stop()
    if json:
        return output.print_json({"id": job_id, "stop": done})
    return output.say(stopped_words(job_id, done))


@app.command("logs")
def logs(job_id: JobId, json: Json = False) -> None:
    """Print what a job has printed so far.

    Example: psky jobs logs 3f9a1c22
    """
    job = jobs.find_job(workspace(), job_id)
    if json:
        return output.print_json({"id": job.id, "path": str(job.log_path), "log": job.log()})
    return typer.echo(job.log(), nl=False)


@app.command("prune")
def prune(
    older_than: Annotated[
        int | None, typer.Option("--older-than", metavar="LENGTH", parser=length_s, help=_OLDER_THAN)
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Delete the folders of jobs that ended long ago; what they made stays.

    Example: psky jobs prune --older-than 7d --dry-run
    """
    before_us = time.time_ns() // 1000 - (_OLD_S if older_than is None else older_than) * SECOND_US
    old = jobs.ended_jobs(workspace(), before_us=before_us)
    if not dry_run:
        for job in old:
            job.remove()
    if json:
        return output.print_json({"dry_run": dry_run, "jobs": [job.id for job in old]})
    for job in old:
        typer.echo(f"{job.id}  {utc_minute(job.started_us)}  {shlex.join(job.command)}")
    return output.say(f"{'would delete' if dry_run else 'deleted'} {counted(len(old), 'job')}")


def _watched(job: jobs.Job) -> JobStatus:
    with output.watching(shlex.join(job.command[:3])) as show:
        while (status := job.status()).active:
            show(status)
            time.sleep(_LOOK_S)
        show(status)
    return status


def _say_findings(status: JobStatus) -> None:
    for name, value in status.metrics.items():
        output.say(f"  {name:<24} {'unknown' if value is None else f'{value:,.6g}'}")
    for warning in status.warnings:
        output.say(f"  warning: {warning}")
