"""`psky doctor`: is everything there that psky needs?"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import typer

from psky.cli import output
from psky.cli.exit_codes import ExitCode
from psky.cli.options import Json, workspace

_MARKS = {"ok": "✓ ok", "note": "· note", "bad": "✗ bad"}


def doctor(json: Json = False) -> None:
    """Check versions, core, settings, terminal, disk, stores, jobs, clock and completion, each with its remedy.

    Ends with 1 where something is bad, with 0 where all is well or worth a note only.

    Example: psky doctor
    """
    from psky.app.doctor import diagnose
    from psky.app.workspace import Workspace
    from psky.errors import SpecError

    try:
        here = workspace()
    except SpecError:  # one of the checks says so
        here = Workspace()
    checks = list(diagnose(here, os.environ, Path.cwd()))
    well = all(check.state != "bad" for check in checks)
    if json:
        output.print_json({"well": well, "checks": [dataclasses.asdict(check) for check in checks]})
    else:
        rows = [(_MARKS[check.state], check.name, check.found, check.remedy) for check in checks]
        output.print_table("psky doctor", ("", "what", "found", "remedy"), rows)
    if not well:
        raise typer.Exit(ExitCode.UNEXPECTED)
