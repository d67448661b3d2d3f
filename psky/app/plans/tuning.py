"""What a tuning run would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psky.app.data import load_tape
from psky.app.plans.periods import Period, periods
from psky.app.tune import TuneRequest, study_record
from psky.app.workspace import Workspace
from psky.spec.codec import differences
from psky.spec.spec import Spec
from psky.tuning.study import exists, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningPlan:
    """What a tuning run would do."""

    symbol: str
    study: str
    continues: bool
    """Whether the study is there already."""
    trials: int
    changes: dict[str, tuple[Any, Any]]
    """What the spec that is varied changes: dotted name -> (default, value)."""
    space: dict[str, str]
    """What is tuned: dotted name -> range or choices."""
    periods: tuple[Period, ...]
    """What comes before the first fold (`train`), the folds, and the hold-out."""


def plan_tuning(workspace: Workspace, request: TuneRequest) -> TuningPlan:
    """Return what a tuning run would do.

    Raises:
        UsageError: no such symbol.
        SpecError: a search space or a fixed value that cannot be.
    """
    tape = load_tape(workspace, request.symbol)
    folder = workspace.study_dir(request.symbol, request.study)
    known = read_record(folder) if exists(folder) else None
    record = study_record(tape, request, known)
    return TuningPlan(
        symbol=request.symbol,
        study=request.study,
        continues=known is not None,
        trials=request.trials,
        changes=differences(record.base, Spec()),
        space={parameter.name: parameter.wanted for parameter in record.space.parameters},
        periods=periods(tape.span_us, record.base.split),
    )
