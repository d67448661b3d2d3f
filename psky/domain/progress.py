"""How long work tells whoever waits for it how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done` of `total` units of work, with a few words on the latest."""

    done: int
    total: int
    unit: str
    text: str = ""


OnProgress = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Take no notice: for callers that do not wait."""
    del progress
