"""`psky model`: what a trial's models are worth out of sample, and why they decided as they did."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.choose import which_trial
from psky.cli.model_tables import print_explanation, print_report
from psky.cli.options import DataDir, Json, ModelDir, Study, SymbolArgument, Trial

if TYPE_CHECKING:
    from psky.replay.model_report import ModelReport

app = typer.Typer(help="Judge and explain the models of a trial.", no_args_is_help=True)

Top = Annotated[int, typer.Option("--top", min=1, help="Columns to show.")]


@app.command("report")
def report(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    *,
    paths: Annotated[bool, typer.Option("--paths", help="Also fit combinatorial cross-validation.")] = False,
    top: Top = 15,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Judge a trial's models on its folds: calibration, lift, forecasts, importance, drift, leaks.

    Example: psky model report BTCUSDT --study first --trial 17
    """
    from psky.app.model import report_model

    here, name, chosen, number = which_trial(symbol, study, trial, data_dir, model_dir)
    found = report_model(here, name, chosen, number, with_paths=paths)
    if json:
        output.print_json(_plain(found))
    else:
        print_report(found, f"{name} / {chosen} / trial {number}", top)


@app.command("explain")
def explain(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    *,
    touch: Annotated[int, typer.Option("--touch", min=0, help="Touch, counted from 0 in time order.")],
    top: Top = 15,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Say what each column added to the log-odds of one touch, by the model trained before it.

    Example: psky model explain BTCUSDT --study first --trial 17 --touch 900
    """
    from psky.app.model import explain_touch

    found = explain_touch(*which_trial(symbol, study, trial, data_dir, model_dir), touch)
    if json:
        output.print_json(dataclasses.asdict(found))
    else:
        print_explanation(found, top)


def _plain(found: ModelReport) -> dict[str, object]:
    plain = dataclasses.asdict(found)
    table = plain["quality"]["reliability"]
    plain["quality"]["reliability"] = {name: column.tolist() for name, column in table.items()}
    plain["quality"]["calibrated"] = found.quality.calibrated
    plain["drift"] = [dataclasses.asdict(column) | {"shifted": column.shifted} for column in found.drift]
    return plain
