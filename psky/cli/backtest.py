"""`psky backtest`: replay a trial with the function that scored it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.choose import choose_study, choose_trial
from psky.cli.detach import detached
from psky.cli.options import (
    DataDir,
    Detach,
    Events,
    Json,
    ModelDir,
    Study,
    SymbolArgument,
    Trial,
    symbol_or_folder,
    workspace,
)
from psky.domain.text import metric, title

if TYPE_CHECKING:
    from psky.app.views import BacktestView

app = typer.Typer(help="Backtest exactly what was tuned.", no_args_is_help=True)


@app.command("run")
def run(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    fold: Annotated[int | None, typer.Option("--fold", min=1, help="A fold of the tuning, not the hold-out.")] = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Replay a trial on the hold-out with its trained model, or with --fold K on a fold as the tuner did.

    Example: psky backtest run BTCUSDT --study first --trial 17 --fold 2
    """
    from psky.app.backtest import run_backtest

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = choose_study(here, name, study)
    number = choose_trial(here, name, chosen, trial)
    if detach:
        return detached(here, json=json, study=chosen, trial=number)
    part = "holdout" if fold is None else f"fold_{fold}"
    with output.progress(f"backtest {name}", events) as on_progress:
        view = run_backtest(here, name, chosen, number, part, on_progress=on_progress)
        for metric_name, value in view.metrics.items():
            on_progress.metric(metric_name, value)
    return output.print_json(as_json(view)) if json else print_view(view)


def as_json(view: BacktestView) -> dict[str, object]:
    """Return a backtest as one JSON object; its trades are in the files that it names."""
    plain = dataclasses.asdict(view)
    plain["trades"] = len(view.trades)
    return {**plain, "report": str(view.folder / "report.html"), "trades_file": str(view.folder / "trades.parquet")}


def print_view(view: BacktestView) -> None:
    """Print metrics, digests and where the files lie."""
    output.print_table(
        f"{view.label} / {view.study} / trial {view.trial} / {view.part}",
        ("metric", ">value"),
        [(title(name), metric(name, value)) for name, value in view.metrics.items()],
    )
    output.say(f"digest       {view.digest}")
    if view.tuned_digest is not None:
        same = "the same" if view.tuned_digest == view.digest else "DIFFERENT"
        output.say(f"tuned digest {view.tuned_digest} ({same})")
    output.say(f"report: {view.folder / 'report.html'}\ntrades: {view.folder / 'trades.parquet'} and .csv")
