"""How far a long task is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done` of `total` in `unit` (`bytes`, `trials`), and what is being done in a few words."""

    done: int
    total: int
    unit: str
    text: str


OnProgress: TypeAlias = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Listen to nothing."""
