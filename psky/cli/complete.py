"""What the shell offers after a tab: names read from folders, without loading what reads the files in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from psky.app import names
from psky.app.settings import resolve
from psky.app.workspace import Workspace, symbol_of
from psky.errors import PskyError


def symbols(context: typer.Context, incomplete: str) -> list[str]:
    """Return the symbols that have a store."""
    return _offered(incomplete, lambda: names.symbols(_workspace(context)))


def studies(context: typer.Context, incomplete: str) -> list[str]:
    """Return the studies of the symbol that was typed."""
    return _offered(incomplete, lambda: names.studies(_workspace(context), _symbol(context)))


def trials(context: typer.Context, incomplete: str) -> list[str]:
    """Return the trials of the study that was typed which can be trained and backtested."""
    study = str(context.params.get("study"))
    return _offered(incomplete, lambda: names.trials(_workspace(context), _symbol(context), study))


def jobs(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of the jobs."""
    return _offered(incomplete, lambda: names.jobs(_workspace(context)))


def _offered(incomplete: str, find: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return [name for name in find() if name.startswith(incomplete)]
    except (PskyError, OSError):  # a shell that waits for a tab has no use for it
        return []


def _workspace(context: typer.Context) -> Workspace:
    flags: dict[str, Any] = context.find_root().params
    roots = {name: flags.get(name) for name in ("data_root", "model_root")}
    settings = resolve(roots, os.environ, Path.cwd()).settings
    return Workspace(
        data_root=Path(settings.data_root).expanduser(),
        model_root=Path(settings.model_root).expanduser(),
        data_dir=_folder(context, "data_dir"),
        model_dir=_folder(context, "model_dir"),
    )


def _folder(context: typer.Context, option: str) -> Path | None:
    typed = context.params.get(option)  # a string where typer reads a line that is not complete
    return Path(typed) if typed else None


def _symbol(context: typer.Context) -> str:
    given = context.params
    # An option that still waits for its value, which is being typed, keeps typer from assigning what stands before it.
    typed = given.get("symbol") or next(iter(context.args), "")
    folder = _folder(context, "data_dir") or _folder(context, "model_dir")
    return typed or (symbol_of(folder) if folder else "")
