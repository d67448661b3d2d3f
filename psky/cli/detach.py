"""`--detach`: the same command as a job."""

from __future__ import annotations

import sys

import typer

from psky.app.jobs import start
from psky.app.workspace import Workspace
from psky.cli import output

_OURS = frozenset({"--detach", "--json"})


def detached(workspace: Workspace, *, json: bool, **picked: object) -> None:
    """Start the command that is being run as a job and print the job's id; `picked` options were not typed.

    Raises:
        JobError: its process could not be started.
    """
    words = [word for word in sys.argv[1:] if word not in _OURS]
    for name, value in picked.items():
        option = f"--{name}"
        if not any(word.split("=")[0] == option for word in words):
            words += [option, str(value)]
    job = start(workspace, words)
    if json:
        output.print_json({"id": job.id, "pid": job.pid, "folder": str(job.folder), "command": job.command})
        return
    typer.echo(job.id)
    output.say(f"psky jobs watch {job.id} shows how far it is; psky jobs stop {job.id} asks it to stop")
