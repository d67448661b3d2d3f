"""How long work tells whoever waits for it how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done` of `total` units of work, with a few words on the latest; a `total` of 0 is one that nobody knows."""

    done: int
    total: int
    unit: str
    text: str = ""


OnProgress = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Take no notice: for callers that do not wait."""
    del progress


def stages(names: Sequence[str], on_progress: OnProgress) -> Callable[[int], None]:
    """Return what tells that a stage of work begins that lasts as long as it lasts: no share, rate or end is known."""

    def say(stage: int) -> None:
        on_progress(Progress(done=0, total=0, unit="stages", text=names[stage]))

    return say


def steps(names: Sequence[str], on_progress: OnProgress) -> Callable[[int], None]:
    """Return what tells that a step of work begins, by its number; the last of `names` says that all is done."""

    def say(step: int) -> None:
        on_progress(Progress(done=step, total=len(names) - 1, unit="steps", text=names[step]))

    return say
