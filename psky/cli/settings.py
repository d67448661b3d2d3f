"""The settings that hold for the command that is being run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from psky.app.settings import Resolved, resolve

_FLAGS: dict[str, Any] = {}


def take(**flags: Any) -> None:  # noqa: ANN401 - settings of several types
    """Note what the flags before the command set; None is not set."""
    _FLAGS.clear()
    _FLAGS.update(flags)


def in_use() -> Resolved:
    """Return the settings, read anew.

    Raises:
        SpecError: a settings file or the environment holds what is no setting.
    """
    return resolve(_FLAGS, os.environ, Path.cwd())
