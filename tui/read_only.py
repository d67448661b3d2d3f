"""The workstation as a window: everything can be looked at, nothing can be changed."""

from __future__ import annotations

from typing import Any

from psky.errors import UsageError
from tui.core import Core

_LOOKS = (
    "list_",
    "load_",
    "read_",
    "inspect_",
    "compare_",
    "find_",
    "check_",
    "open_",
    "watch_",
    "replay_",
    "command_line",
)
"""How the names of what only looks begin; whatever else there is, or will be, is refused."""


class ReadOnlyCore:
    """A port that passes on what only looks and refuses all else."""

    read_only = True

    def __init__(self, core: Core) -> None:
        self._core = core

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port answers
        """Return the port's own answer, or a refusal."""
        return getattr(self._core, name) if name.startswith(_LOOKS) else _refuse


def _refuse(*_: object) -> object:
    raise UsageError("expected only looks at a workstation that is read-only, found an action that changes state")
