"""The commands of `psky`, each imported when it is first asked for: none waits for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# In the order of the help. Each is a module of this package with a function of that name, or with an `app` of several.
_NAMES = ("train", "reproduce", "serve", "touches", "demo", "init", "doctor")
_GROUPS = ("data", "tune", "backtest", "studies", "live", "jobs", "model", "features", "audit", "sim", "keys", "config")


class Root(TyperGroup):
    """The group of all commands."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - what typer knows of the group
        super().__init__(**attributes | {"commands": _Commands()})


class _Commands(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - typer's own copy of click has no stable name
        if name not in (*_NAMES, *_GROUPS):
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*_NAMES, *_GROUPS))

    def __len__(self) -> int:
        return len(_NAMES) + len(_GROUPS)


@cache
def _command(name: str) -> Any:  # noqa: ANN401 - as above
    module = import_module(f"psky.cli.{name}")
    if name in _GROUPS:
        group = typer.main.get_group(module.app)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(getattr(module, name))
    return typer.main.get_command(alone)
