"""Studies and trials that were not named: picked from a list on a terminal, a usage error elsewhere."""

from __future__ import annotations

from psky.app.workspace import Workspace
from psky.cli.options import pick


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
