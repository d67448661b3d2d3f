"""What a training would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psky.app.plans.periods import Period, periods
from psky.app.studies import find_study
from psky.app.train import checked_tape, config_path, model_folder
from psky.app.workspace import Workspace
from psky.tuning.summary import read_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What a training would do."""

    study: str
    trial: int
    train: Period
    """Touches that were decided, and whose outcome was known, in this time; the hold-out begins at its end."""
    config_path: Path
    model_folder: Path
    replaces: bool
    """Whether there is a model already."""


def plan_training(workspace: Workspace, symbol: str, study: str, trial: int) -> TrainingPlan:
    """Return what a training would do.

    Raises:
        UsageError: no such symbol, study or trial.
        MismatchError: the tape is not the one that the trial was tuned on.
    """
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    tape = checked_tape(workspace, symbol, summary)
    *_, held_out = periods(tape.span_us, summary.strategy.split)
    return TrainingPlan(
        study=study,
        trial=trial,
        train=Period(name="train", start_us=tape.span_us[0], end_us=held_out.start_us),
        config_path=config_path(folder, trial),
        model_folder=model_folder(folder, trial),
        replaces=model_folder(folder, trial).exists(),
    )
