"""Look into the models of a tuned trial."""

from __future__ import annotations

import numpy as np

from psky.app.studies import find_study
from psky.app.train import checked_tape
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.model_report import Explanation, ModelReport, explain, model_report
from psky.replay.periods import Part, folds, holdout
from psky.replay.run import train
from psky.tuning.summary import read_summary


def report_model(workspace: Workspace, symbol: str, study: str, trial: int, *, with_paths: bool = False) -> ModelReport:
    """Judge the models of a trial on its folds; the hold-out is not looked at.

    Raises:
        UsageError: no such symbol, study or trial.
        MismatchError: the tape is not the one that the trial was tuned on.
        LeakError: a split of the study leaks.
    """
    dataset = _dataset(workspace, symbol, study, trial)
    return model_report(dataset, seed=dataset.spec.model.seed, with_paths=with_paths)


def explain_touch(workspace: Workspace, symbol: str, study: str, trial: int, touch: int) -> Explanation:
    """Say why a touch, counted from 0, got its verdict, by the model trained before it; not what became of it.

    Raises:
        UsageError: no such symbol, study, trial or touch, or one that no fold and not the hold-out tests.
        MismatchError: the tape is not the one that the trial was tuned on.
    """
    dataset = _dataset(workspace, symbol, study, trial)
    part = _part_of(dataset, touch)
    return explain(dataset, part, train(dataset, part), touch)


def _dataset(workspace: Workspace, symbol: str, study: str, trial: int) -> Dataset:
    summary = read_summary(find_study(workspace, symbol, study), trial)
    return build_dataset(checked_tape(workspace, symbol, summary), summary.strategy)


def _part_of(dataset: Dataset, touch: int) -> Part:
    parts = [*folds(dataset), holdout(dataset)]
    for part in parts:
        if np.isin(touch, part.test):
            return part
    tested = np.concatenate([part.test for part in parts])
    among = f"from {tested.min()} to {tested.max()}" if tested.size else "of a longer tape"
    raise UsageError(f"expected a touch that a fold or the hold-out tests, {among}, found {touch}")
