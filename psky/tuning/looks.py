"""Looks at a study's hold-out, counted: each one makes the next worth less."""

from __future__ import annotations

from pathlib import Path

import msgspec

from psky.errors import MismatchError

_FILE = "holdout_looks.jsonl"
BACKTEST = "backtest"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the hold-out; two that are equal showed the same."""

    trial: int
    purpose: str
    shown: str = ""
    """What of the hold-out, and under which spec, where the purpose does not tell."""


def count_look(folder: Path, *, trial: int, purpose: str, shown: str = "") -> int:
    """Note one more look at the hold-out of the study in `folder` and return how many there have been."""
    with (folder / _FILE).open("ab") as file:
        file.write(msgspec.json.encode(Look(trial=trial, purpose=purpose, shown=shown)) + b"\n")
    return looks(folder)


def looks(folder: Path) -> int:
    """Return how often the hold-out of the study in `folder` has been looked at."""
    path = folder / _FILE
    return path.read_bytes().count(b"\n") if path.exists() else 0


def backtests(folder: Path) -> int:
    """Return how many backtests that differ have shown the hold-out of the study in `folder`.

    The looks of selection are not among them: every study needs them, and the p-value of the hold-out pays for them.

    Raises:
        MismatchError: the file of looks is not one that this version writes.
    """
    return len({look for look in _read(folder) if look.purpose == BACKTEST})


def _read(folder: Path) -> list[Look]:
    path = folder / _FILE
    if not path.exists():
        return []
    try:
        return [msgspec.json.decode(line, type=Look) for line in path.read_bytes().splitlines()]
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected looks at a hold-out, found: {error}") from error
