"""`psky studies`: what was tuned."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated

import typer

from psky.app.views import TrialView
from psky.cli import output
from psky.cli.choose import which_study
from psky.cli.options import DataDir, Json, ModelDir, Study, SymbolArgument, workspace

_TRIAL_COLUMNS: dict[str, Callable[[TrialView], str]] = {
    ">trial": lambda view: str(view.number),
    "state": lambda view: view.state,
    ">score": lambda view: "" if view.score is None else f"{view.score:+.3f}",
    "feasible": lambda view: "yes" if view.feasible else "no",
    ">net R": lambda view: f"{view.net_r:+.2f}",
    ">R/day": lambda view: f"{view.net_r_per_day:+.3f}",
    ">trades": lambda view: f"{view.trades:,}",
    ">win rate": lambda view: "" if view.win_rate is None else f"{view.win_rate:.1%}",
    ">drawdown R": lambda view: f"{view.max_drawdown_r:.2f}",
    ">seconds": lambda view: "" if view.duration_s is None else f"{view.duration_s:.1f}",
    "pruned because": lambda view: view.reason,
}

app = typer.Typer(help="List studies and their trials.", no_args_is_help=True)


@app.command("list")
def list_(
    symbol: Annotated[str | None, typer.Argument(help="Symbol; all when left out.")] = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """List the studies of a symbol, or of all.

    Example: psky studies list --json
    """
    from psky.app.studies import list_studies

    views = list_studies(workspace(None, model_dir), symbol)
    if json:
        output.print_json({"studies": [dataclasses.asdict(view) for view in views]})
        return
    output.print_table(
        "Studies",
        ("symbol", "study", ">trials", ">complete", ">pruned", ">best trial", ">best score", "edge"),
        [
            (
                view.label,
                view.study,
                str(view.trials),
                str(view.complete),
                str(view.pruned),
                "" if view.best_trial is None else str(view.best_trial),
                "" if view.best_score is None else f"{view.best_score:+.3f}",
                view.edge or "",
            )
            for view in views
        ],
    )
    for view in views:
        if view.problem:
            output.say(f"{view.label} / {view.study} cannot be read: {view.problem}")


@app.command("show")
def show(
    symbol: SymbolArgument = None,
    study: Study = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Show a study as a whole: how far it is, which values matter, who was shown the hold-out, and the verdict.

    Example: psky studies show BTCUSDT --study first
    """
    import msgspec

    from psky.app.study_report import inspect_study
    from psky.domain.text import counted

    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    found = inspect_study(here, name, chosen)
    if json:
        output.print_json(msgspec.to_builtins(found))
        return
    state = "paused" if found.paused else f"{found.running} at work"
    finished = counted(found.finished, "trial")
    output.say(f"{name} / {chosen}: {finished} finished, {found.left} left, {state}; edge {found.edge}")
    rows = [(key, f"{share:.1%}") for key, share in found.importance.items()]
    output.print_table("What sets the best trials apart (PED-ANOVA)", ("value", ">share"), rows)
    marks = {True: "yes", False: "no", None: "unknown"}
    conditions = [(marks[one.met], one.name, one.text) for one in found.conditions]
    if conditions:  # a study without a winner has none
        output.print_table("Conditions of an edge", ("met", "condition", "in words"), conditions)
    for reason in found.reasons:
        output.say(f"  - {reason}")


@app.command("trials")
def trials(
    symbol: SymbolArgument = None,
    study: Study = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """List the trials of a study.

    Example: psky studies trials BTCUSDT --study first
    """
    from psky.app.studies import list_trials

    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    views = list_trials(here, name, chosen)
    if json:
        output.print_json({"study": chosen, "trials": [dataclasses.asdict(view) for view in views]})
        return
    output.print_table(
        f"Trials of {chosen}",
        tuple(_TRIAL_COLUMNS),
        [tuple(text(view) for text in _TRIAL_COLUMNS.values()) for view in views],
    )
