"""Looks at a study's hold-out, counted: each one makes the next worth less."""

from __future__ import annotations

from pathlib import Path

import msgspec

_FILE = "holdout_looks.jsonl"


def count_look(folder: Path, *, trial: int, purpose: str) -> int:
    """Note one more look at the hold-out of the study in `folder` and return how many there have been."""
    with (folder / _FILE).open("ab") as file:
        file.write(msgspec.json.encode({"trial": trial, "purpose": purpose}) + b"\n")
    return looks(folder)


def looks(folder: Path) -> int:
    """Return how often the hold-out of the study in `folder` has been looked at."""
    path = folder / _FILE
    return path.read_bytes().count(b"\n") if path.exists() else 0
