"""The periods that a split makes of a tape."""

from __future__ import annotations

from dataclasses import dataclass

from psky.replay.periods import HOLDOUT, edges_us
from psky.spec.sections import SplitSpec

BEFORE = "train"
"""The period before the first fold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of history, us since the epoch, UTC, its end excluded."""

    name: str
    start_us: int
    end_us: int


def periods(span_us: tuple[int, int], split: SplitSpec) -> tuple[Period, ...]:
    """Return what comes before the first fold (`train`), the folds, and the hold-out."""
    edges = [span_us[0], *edges_us(span_us, split)]
    names = [BEFORE, *(f"fold_{number}" for number in range(1, split.folds + 1)), HOLDOUT]
    bounds = zip(names, edges, edges[1:], strict=False)
    return tuple(Period(name=name, start_us=start, end_us=end) for name, start, end in bounds)
