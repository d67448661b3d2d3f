"""`psky tune`: search for a strategy."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import dry_runs, output
from psky.cli.detach import detached
from psky.cli.options import (
    DataDir,
    Detach,
    DryRun,
    Events,
    Json,
    ModelDir,
    SymbolArgument,
    new_study_spec,
    symbol_or_folder,
    workspace,
)

if TYPE_CHECKING:
    from psky.app.tune import TuneResult

app = typer.Typer(help="Tune model and rules together, walk-forward.", no_args_is_help=True)


@app.command("run")
def run(
    symbol: SymbolArgument = None,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="Trials to run (more, for a study that has some).")
    ] = 20,
    study: Annotated[str | None, typer.Option("--study", help="Study to continue or to create.")] = None,
    spec: Annotated[Path | None, typer.Option("--spec", help="TOML or JSON spec that the trials vary.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of a new study; 1 when left out.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Write a summary for every trial, not only the best.")] = False,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Run trials on a symbol's tape, then judge the best one on the hold-out.

    Ctrl-C finishes the trial and leaves a study that the same command with --study continues.

    Example: psky tune run BTCUSDT --trials 200 --study first
    """
    from psky.app.tune import TuneRequest, new_study_name, run_tuning
    from psky.spec.codec import read

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = study or new_study_name(here, name, "study")
    spec = new_study_spec(spec, here.study_dir(name, chosen))
    request = TuneRequest(
        symbol=name,
        study=chosen,
        trials=trials,
        spec=read(spec) if spec else None,
        seed=seed,
        all_summaries=all_,
    )
    if dry_run:
        return dry_runs.show_tuning(here, request, json=json)
    if detach:
        return detached(here, json=json, study=chosen)
    with output.progress(f"tune {name}", events) as on_progress, stop_on_interrupt() as stopped:
        result = run_tuning(here, request, on_progress=on_progress, stopped=stopped)
        on_progress.metric("best_trial", result.summary.trial)
        on_progress.metric("score", result.summary.score)
    return output.print_json(as_json(result)) if json else print_result(result)


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a request to stop after the trial; the second interrupts at once."""
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        output.say("finishing the trial; press Ctrl-C again to stop at once")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def as_json(result: TuneResult) -> dict[str, object]:
    """Return the result of a tuning run as one JSON object."""
    summary = result.summary
    return {
        "symbol": summary.symbol,
        "synthetic": summary.synthetic,
        "study": summary.study,
        "best_trial": summary.trial,
        "score": summary.score,
        "feasible": summary.feasible,
        "edge": summary.edge,
        "reasons": summary.reasons,
        "trials": summary.trials,
        "params": summary.params,
        "holdout": summary.holdout.metrics if summary.holdout else None,
        "statistics": summary.statistics,
        "holdout_looks": result.looks,
        "summary": str(result.path),
    }


def print_result(result: TuneResult) -> None:
    """Print the best trial, its folds and the verdict."""
    summary = result.summary
    output.print_table(
        f"{summary.symbol}{' (synthetic)' if summary.synthetic else ''} / {summary.study}: "
        f"best of {summary.trials} trials is trial {summary.trial}, score {summary.score:+.3f} R/day",
        (">fold", ">score", ">touches", ">entered", ">trades", ">net R", ">win rate", ">drawdown R"),
        [
            (
                str(fold.fold),
                f"{fold.score:+.3f}",
                f"{fold.touches:,}",
                f"{fold.entered:,}",
                f"{fold.trades:,}",
                f"{fold.net_r:+.2f}",
                "" if fold.win_rate is None else f"{fold.win_rate:.1%}",
                f"{fold.max_drawdown_r:.2f}",
            )
            for fold in summary.folds
        ],
    )
    output.say(f"edge {summary.edge}" + "".join(f"\n  - {reason}" for reason in summary.reasons))
    output.say(f"the hold-out has been looked at {result.looks} times; summary: {result.path}")
