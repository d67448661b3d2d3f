"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from psky.app.workspace import Workspace, symbol_of
from psky.errors import UsageError

SymbolArgument = Annotated[
    str | None, typer.Argument(metavar="SYMBOL", help="Symbol; may be left out where --data-dir names its folder.")
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The symbol's own data folder, instead of data/<SYMBOL>.")
]
ModelDir = Annotated[
    Path | None, typer.Option("--model-dir", help="The symbol's own model folder, instead of models/<SYMBOL>.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Study = Annotated[str | None, typer.Option("--study", help="Study; picked from a list on a terminal.")]
Trial = Annotated[int | None, typer.Option("--trial", min=0, help="Trial; picked from a list on a terminal.")]
Events = Annotated[Path | None, typer.Option("--events", hidden=True, help="Write progress there as JSON lines.")]


def workspace(data_dir: Path | None, model_dir: Path | None) -> Workspace:
    """Return the workspace of the current folder, with a symbol's own folders where they were named."""
    return Workspace(data_dir=data_dir, model_dir=model_dir)


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
