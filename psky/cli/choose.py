"""Studies and trials that were not named: picked from a list on a terminal, a usage error elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from psky.app.workspace import Workspace
from psky.cli.options import pick, symbol_or_folder, workspace


class ChosenStudy(NamedTuple):
    """A study that a command works on, and the workspace that it lies in."""

    here: Workspace
    symbol: str
    study: str


class ChosenTrial(NamedTuple):
    """A trial that a command works on, and the workspace that its study lies in."""

    here: Workspace
    symbol: str
    study: str
    trial: int


def which_study(symbol: str | None, study: str | None, data_dir: Path | None, model_dir: Path | None) -> ChosenStudy:
    """Return the study that the options name; where they name none, the one that is picked.

    Raises:
        UsageError: no symbol and no folder, or no study and no terminal to pick one on.
    """
    name, here = symbol_or_folder(symbol, data_dir, model_dir), workspace(data_dir, model_dir)
    return ChosenStudy(here, name, choose_study(here, name, study))


def which_trial(
    symbol: str | None, study: str | None, trial: int | None, data_dir: Path | None, model_dir: Path | None
) -> ChosenTrial:
    """Return the trial that the options name; where they name none, the one that is picked.

    Raises:
        UsageError: as `which_study`, or no trial and no terminal to pick one on.
    """
    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    return ChosenTrial(here, name, chosen, choose_trial(here, name, chosen, trial))


def choose_study(workspace: Workspace, symbol: str, study: str | None) -> str:
    """Return the study as named, or as picked.

    Raises:
        UsageError: it was not named and there is no terminal.
    """
    if study is not None:
        return study
    from psky.app.studies import list_studies

    views = list_studies(workspace, symbol)
    lines = [f"{view.study:<24} {view.trials:>5} trials  edge {view.edge or 'not judged'}" for view in views]
    return pick("study", [view.study for view in views], lines)


def choose_trial(workspace: Workspace, symbol: str, study: str, trial: int | None) -> int:
    """Return the trial as named, or as picked; the best come first.

    Raises:
        UsageError: it was not named and there is no terminal.
    """
    if trial is not None:
        return trial
    from psky.app.studies import list_trials

    views = [view for view in list_trials(workspace, symbol, study) if view.folds]
    views.sort(key=lambda view: (view.feasible, view.score is not None, view.score or 0.0), reverse=True)
    lines = [
        f"trial {view.number:<5} {view.state:<9} net {view.net_r:+8.2f} R in {view.trades:>5} trades" for view in views
    ]
    return int(pick("trial", [str(view.number) for view in views], lines))
