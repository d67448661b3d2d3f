"""What a backtest would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.app.backtest import BacktestRequest, load_result
from psky.app.overrides import override
from psky.app.plans.periods import BEFORE, Period, periods
from psky.app.studies import find_study
from psky.app.train import checked_tape
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.replay.periods import HOLDOUT, check_stretch
from psky.tuning.summary import read_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPlan:
    """What a backtest would do."""

    study: str
    trial: int
    replayed: Period
    changes: dict[str, tuple[Any, Any]]
    """Overrides: dotted name -> (tuned value, value used)."""
    retrains: tuple[str, ...]
    """Those that the tuned model does not fit."""
    looks: bool
    """Whether it would count as a look at the hold-out."""
    replaces: Path | None
    """The result that it would be written over."""


def plan_backtest(workspace: Workspace, request: BacktestRequest) -> BacktestPlan:
    """Return what a backtest would do.

    Raises:
        UsageError: no such symbol, study, trial or fold, or a range outside the tape or that ends before it starts.
        OverrideError: overrides that were not allowed.
        SpecError: an override of a name that no spec has, or by an impossible value.
        MismatchError: the tape is not the one that the trial was tuned on.
    """
    summary = read_summary(find_study(workspace, request.symbol, request.study), request.trial)
    overrides = override(summary.strategy, request.changes, allowed=request.allow_override)
    tape = checked_tape(workspace, request.symbol, summary)
    parts = {period.name: period for period in periods(tape.span_us, summary.strategy.split)}
    period = _replayed(request, parts, tape.span_us)
    known = load_result(workspace, request)
    return BacktestPlan(
        study=request.study,
        trial=request.trial,
        replayed=period,
        changes=overrides.changed,
        retrains=overrides.retrains,
        looks=period.end_us > parts[HOLDOUT].start_us,
        replaces=None if known is None else known.folder,
    )


def _replayed(request: BacktestRequest, parts: dict[str, Period], span_us: tuple[int, int]) -> Period:
    if request.start_us is None and request.end_us is None:
        names = [name for name in parts if name != BEFORE]
        if request.part not in names:
            raise UsageError(f"expected one of {', '.join(names)}, found {request.part!r}")
        return parts[request.part]
    start_us = parts["fold_1"].start_us if request.start_us is None else request.start_us
    end_us = parts[HOLDOUT].end_us if request.end_us is None else request.end_us
    check_stretch(span_us, start_us, end_us)
    return Period(name="range", start_us=start_us, end_us=end_us)
