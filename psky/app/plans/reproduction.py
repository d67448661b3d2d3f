"""What rebuilding a trial would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psky.app.reproduce import reproducible, stored_digests
from psky.app.workspace import Workspace
from psky.replay.periods import HOLDOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproductionPlan:
    """What rebuilding a trial would do."""

    symbol: str
    study: str
    trial: int
    parts: tuple[str, ...]
    """Those that would be trained for and replayed."""
    looks: bool
    """Whether it would count as a look at the hold-out."""


def plan_reproduction(workspace: Workspace, path: Path) -> ReproductionPlan:
    """Return what rebuilding a trial from its summary would do. Raises as `reproducible`."""
    summary, _ = reproducible(workspace, path)
    parts = tuple(name for name, _ in stored_digests(summary))
    return ReproductionPlan(
        symbol=summary.symbol, study=summary.study, trial=summary.trial, parts=parts, looks=HOLDOUT in parts
    )
