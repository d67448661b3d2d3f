"""`psky init`: a workspace in the present folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from psky.app.init import init_workspace
from psky.app.settings import Settings
from psky.cli import output
from psky.cli.options import DryRun, Json
from psky.cli.settings import in_use
from psky.errors import UsageError

_ASKED = {
    "data_root": "Folder for tapes",
    "model_root": "Folder for studies and models",
    "theme": "Colours of the workstation (psky-night, psky-day, psky-colour-safe, ansi-dark)",
}
_NEXT = """Next:
  psky data import FILES --symbol BTCUSDT    bring trades in (or: psky demo)
  psky doctor                                see whether all is well
  psky --install-completion                  complete symbols, studies and trials with the tab key"""


def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what flags and PSKY_* say.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make psky.toml and the folders for tapes and models here, after a few questions.

    Example: psky init --yes
    """
    settings = in_use().settings
    if not yes:
        settings = _asked(settings)
    made = init_workspace(Path.cwd(), settings, dry_run=dry_run)
    if json:
        return output.print_json({"dry_run": dry_run, "made": made, "settings": msgspec.to_builtins(settings)})
    for path in made:
        typer.echo(f"{'would make' if dry_run else 'made'} {path}")
    return output.say(_NEXT)


def _asked(settings: Settings) -> Settings:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("expected --yes (without a terminal nothing is asked), found neither")
    known = msgspec.to_builtins(settings)
    answers = {name: typer.prompt(question, default=known[name], err=True) for name, question in _ASKED.items()}
    try:
        return msgspec.convert(known | answers, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"expected a possible answer, found: {error}") from error
