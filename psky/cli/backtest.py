"""`psky backtest`: replay a trial with the function that scored it, list what was found, compare."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from psky.cli import dry_runs, output
from psky.cli.choose import which_trial
from psky.cli.detach import detached
from psky.cli.options import (
    DataDir,
    Detach,
    DryRun,
    Events,
    Json,
    ModelDir,
    Study,
    SymbolArgument,
    Trial,
    workspace,
)

app = typer.Typer(help="Backtest exactly what was tuned; list and compare results.", no_args_is_help=True)

From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="UTC", help="Replay a range: from this date or time, 2018-01-24 or 2018-01-24T09:30."
    ),
]
To = Annotated[
    str | None, typer.Option("--to", metavar="UTC", help="Until before this date or time; the end of the tape without.")
]


@app.command("run")
def run(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    fold: Annotated[int | None, typer.Option("--fold", min=1, help="A fold of the tuning, not the hold-out.")] = None,
    start: From = None,
    end: To = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.FIELD=VALUE", help="Override a tuned setting; may be repeated."),
    ] = None,
    allow_override: Annotated[
        bool, typer.Option("--allow-override", help="Replay other settings than those that were tuned.")
    ] = False,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Replay a trial: on the hold-out with its trained model, with --fold K as the tuner did, or on a range of time.

    A range before the hold-out is replayed with a model trained on what was known before its start; one that shows any
    of the hold-out counts as a look at it.

    Example: psky backtest run BTCUSDT --study first --trial 17 --from 2026-01-24 --to 2026-01-25T12:00
    """
    from psky.app.backtest import BacktestRequest, run_backtest
    from psky.cli.backtest_text import as_json, print_view
    from psky.domain.time import instant_us
    from psky.errors import UsageError
    from psky.spec.codec import assignments

    if fold is not None and (start or end):
        raise UsageError("expected a fold or a range, found both --fold and --from or --to")
    here, name, chosen, number = which_trial(symbol, study, trial, data_dir, model_dir)
    request = BacktestRequest(
        symbol=name,
        study=chosen,
        trial=number,
        part="holdout" if fold is None else f"fold_{fold}",
        start_us=instant_us(start) if start else None,
        end_us=instant_us(end) if end else None,
        changes=assignments(settings or []),
        allow_override=allow_override,
    )
    if dry_run:
        return dry_runs.show_backtest(here, request, json=json)
    if detach:
        return detached(here, json=json, study=chosen, trial=number)
    with output.progress(f"backtest {name}", events) as on_progress:
        view = run_backtest(here, request, on_progress=on_progress)
        for metric, value in view.result.metrics.items():
            if isinstance(value, int | float):  # what is undefined is left out
                on_progress.metric(metric, value)
    return output.print_json(as_json(view)) if json else print_view(view)


@app.command("list")
def list_(
    symbol: SymbolArgument = None,
    study: Annotated[str | None, typer.Option("--study", help="Only the backtests of this study.")] = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """List the backtests that were run, newest first, with what smells about each.

    Example: psky backtest list BTCUSDT --study first
    """
    from psky.app.results import list_results
    from psky.cli.backtest_text import print_list

    found = list_results(workspace(None, model_dir), symbol, study)
    if json:
        output.print_json(dataclasses.asdict(found))
    else:
        print_list(found)


@app.command("report")
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id from `psky backtest list`, its end, or a folder.")],
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Print a backtest that was run, and where its HTML report lies, without running it again.

    Example: psky backtest report first/trial_17_holdout
    """
    from psky.app.results import show_result
    from psky.cli.backtest_text import as_json, print_view

    view = show_result(workspace(None, model_dir), name)
    return output.print_json(as_json(view)) if json else print_view(view)


@app.command("compare")
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="Id from `psky backtest list`, the end of one, or a folder.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The backtest to set beside it.")],
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Set two backtests of a symbol side by side: metrics, difference of returns, specs, and trades of one alone.

    Example: psky backtest compare first/trial_17_holdout first/trial_3_holdout
    """
    from psky.app.results import compare_results
    from psky.cli.backtest_text import print_comparison

    found = compare_results(workspace(None, model_dir), a, b)
    if json:
        output.print_json(dataclasses.asdict(found))
    else:
        print_comparison(found)
