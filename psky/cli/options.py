"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from psky.app.workspace import Workspace, symbol_of
from psky.cli import complete
from psky.cli.settings import in_use
from psky.errors import UsageError

SymbolArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SYMBOL",
        help="Symbol; may be left out where --data-dir names its folder.",
        autocompletion=complete.symbols,
    ),
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The symbol's own data folder, instead of data/<SYMBOL>.")
]
ModelDir = Annotated[
    Path | None, typer.Option("--model-dir", help="The symbol's own model folder, instead of models/<SYMBOL>.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Study = Annotated[
    str | None,
    typer.Option("--study", help="Study; picked from a list on a terminal.", autocompletion=complete.studies),
]
Trial = Annotated[
    int | None,
    typer.Option("--trial", min=0, help="Trial; picked from a list on a terminal.", autocompletion=complete.trials),
]
LiveSymbol = Annotated[str, typer.Argument(metavar="SYMBOL", help="Symbol.", autocompletion=complete.symbols)]
Session = Annotated[str | None, typer.Option("--session", help="Session; the latest when left out.")]
Events = Annotated[Path | None, typer.Option("--events", hidden=True, help="Write progress there as JSON lines.")]
Detach = Annotated[bool, typer.Option("--detach", help="Start it as a job, print the job's id and return.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


def length_s(text: str) -> int:
    """Return the seconds of an option's length of time, or let the command line refuse the option by its name."""
    from psky.domain.time import duration_s

    try:
        return duration_s(text)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error


def workspace(data_dir: Path | None = None, model_dir: Path | None = None) -> Workspace:
    """Return the workspace that is set up, with a symbol's own folders where they were named."""
    roots = in_use().settings
    return Workspace(
        data_root=Path(roots.data_root).expanduser(),
        model_root=Path(roots.model_root).expanduser(),
        data_dir=data_dir,
        model_dir=model_dir,
    )


def new_study_spec(named: Path | None, study: Path) -> Path | None:
    """Return the spec file as named, or for a study that is still to be made (in the folder `study`) the one set up."""
    configured = in_use().settings.spec
    if named is not None or configured is None or study.exists():
        return named
    return Path(configured).expanduser()


def symbol_or_folder(symbol: str | None, data_dir: Path | None, model_dir: Path | None = None) -> str:
    """Return the symbol as typed, or as the folder is called.

    Raises:
        UsageError: neither was given.
    """
    folder = data_dir or model_dir
    if symbol:
        return symbol
    if folder is None:
        raise UsageError("expected a SYMBOL (or --data-dir with its folder), found neither")
    return symbol_of(folder)


def pick(what: str, names: list[str], lines: list[str]) -> str:
    """Let a person pick one of `names` from a numbered list; `lines` describe them.

    Raises:
        UsageError: there is no terminal to ask on, or nothing to pick from.
    """
    if not names:
        raise UsageError(f"expected a {what}, found none to pick from")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"expected --{what} (without a terminal nothing is asked); known: {', '.join(names)}")
    for number, line in enumerate(lines, start=1):
        typer.echo(f"{number:>4}  {line}", err=True)
    chosen: int = typer.prompt(f"Which {what}?", type=int, default=1, err=True)
    if not 1 <= chosen <= len(names):
        raise UsageError(f"expected a number from 1 to {len(names)}, found {chosen}")
    return names[chosen - 1]
