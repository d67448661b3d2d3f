"""The commands of `psky` as they are, for tests that compare them with what is written about them."""

from __future__ import annotations

from typing import Any

import typer

from psky.cli.main import app


def root() -> Any:  # noqa: ANN401 - typer's own copy of click has no stable name
    """Return the root command."""
    return typer.main.get_command(app)


def commands() -> dict[str, Any]:
    """Return every command that does something, by its words: `data import`."""
    return dict(_walk((), root()))


def _walk(words: tuple[str, ...], command: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - as above
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(" ".join(words), command)]
    return [found for name, below in inner.items() for found in _walk((*words, name), below)]
