"""`psky tune`: search for a strategy."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from psky.cli import dry_runs, output
from psky.cli.choose import which_study
from psky.cli.detach import detached
from psky.cli.exit_codes import ExitCode
from psky.cli.interrupt import stop_on_signal
from psky.cli.options import (
    DataDir,
    Detach,
    DryRun,
    Events,
    Json,
    ModelDir,
    Study,
    SymbolArgument,
    length_s,
    new_study_spec,
    symbol_or_folder,
    workspace,
)
from psky.cli.settings import in_use
from psky.domain.instrument import label_of
from psky.domain.text import anything, counted, signed, span

if TYPE_CHECKING:
    from psky.app.tune import TuneRequest, TuneResult
    from psky.app.workspace import Workspace
    from psky.tuning.selection import Candidate

app = typer.Typer(help="Tune model and rules together, walk-forward.", no_args_is_help=True)

_FOLDS = (
    ">fold",
    ">score",
    ">touches",
    ">entered",
    ">trades",
    ">net R",
    ">win rate",
    ">drawdown R",
    ">coverage",
    ">weight",
)

_ALL = "Write a summary for every trial, not only for the best and the candidates."
_FINISHING = "finishing the trial; press Ctrl-C again to stop at once"
_FIX = "Keep a value and do not tune it, as in touch.ema=21; repeatable."
_JOBS = "Processes that try trials at once; as set up when left out."
_SAMPLER = "tpe, random or qmc; tpe when left out."
_SCOPE = "Groups of the search space that are tuned, as in labels,model; all for everything."
_SEED = "Seed of a new study; 1 when left out."
_SPACE = "TOML file with another search space, in the form of psky/tuning/space.toml."
_STORAGE = "Database for the trials, any that Optuna knows; optuna.db in the study's folder when left out."
_TIMEOUT = "Begin no trial after that long, as in 90m or 8h."
_TRIALS = "Trials to run (more, for a study that has some)."


@app.command("run")
def run(
    symbol: SymbolArgument = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help=_TRIALS)] = 20,
    study: Annotated[str | None, typer.Option("--study", help="Study to continue or to create.")] = None,
    spec: Annotated[Path | None, typer.Option("--spec", help="TOML or JSON spec that the trials vary.")] = None,
    space: Annotated[Path | None, typer.Option("--space", help=_SPACE)] = None,
    scope: Annotated[str | None, typer.Option("--scope", help=_SCOPE)] = None,
    fix: Annotated[list[str] | None, typer.Option("--fix", metavar="NAME=VALUE", help=_FIX)] = None,
    timeout: Annotated[int | None, typer.Option("--timeout", metavar="LENGTH", parser=length_s, help=_TIMEOUT)] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=64, help=_JOBS)] = None,
    storage: Annotated[str | None, typer.Option("--storage", metavar="URL", help=_STORAGE)] = None,
    sampler: Annotated[str | None, typer.Option("--sampler", help=_SAMPLER)] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=_SEED)] = None,
    all_: Annotated[bool, typer.Option("--all", help=_ALL)] = False,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Run trials on a symbol's tape, then let selection decide and judge the winner on the hold-out.

    Ctrl-C finishes the trial and leaves a study that the same command with --study continues. Ends with exit code 10
    where no edge was found.

    Example: psky tune run BTCUSDT --trials 200 --study first --jobs 2 --timeout 8h
    """
    from psky.app.tune import TuneRequest, new_study_name
    from psky.spec.codec import assignments, read

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = study or new_study_name(here, name, "study")
    spec = new_study_spec(spec, here.study_dir(name, chosen))
    request = TuneRequest(
        symbol=name,
        study=chosen,
        trials=trials,
        spec=read(spec) if spec else None,
        space=space,
        scope=tuple(scope.replace(" ", "").split(",")) if scope else None,
        fixed=assignments(fix or []),
        timeout_s=timeout,
        jobs=jobs or in_use().settings.jobs,
        storage=storage,
        sampler=sampler,
        seed=seed,
        all_summaries=all_,
    )
    if dry_run:
        return dry_runs.show_tuning(here, request, json=json)
    return _run(here, request, detach=detach, json=json, events=events)


@app.command("resume")
def resume(
    symbol: SymbolArgument = None,
    study: Study = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=64, help=_JOBS)] = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Run the trials that are left of those that were last asked for, after a pause, Ctrl-C or a crash.

    Example: psky tune resume BTCUSDT --study first
    """
    from psky.app.tune import TuneRequest, left_to_run

    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    request = TuneRequest(
        symbol=name, study=chosen, trials=left_to_run(here, name, chosen), jobs=jobs or in_use().settings.jobs
    )
    if dry_run:
        return dry_runs.show_tuning(here, request, json=json)
    return _run(here, request, detach=detach, json=json, events=events)


@app.command("pause")
def pause(
    symbol: SymbolArgument = None,
    study: Study = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Ask every process that tunes a study to stop after the trial that it is at.

    Example: psky tune pause BTCUSDT --study first
    """
    from psky.app.tune import pause_study

    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    if dry_run:
        dry_runs.show_pause(here, name, chosen, json=json)
        return
    pause_study(here, name, chosen)
    if json:
        output.print_json({"study": chosen, "pausing": True})
        return
    output.say(f"study {chosen} pauses after the trials at work; go on with: psky tune resume {name} --study {chosen}")


@app.command("workers")
def workers(
    symbol: SymbolArgument = None,
    study: Study = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """List the trials that were begun and have not ended, and the processes that try them.

    A process of this machine that was killed is gone; its trial is tried again when the study goes on.

    Example: psky tune workers BTCUSDT --study first
    """
    from psky.app.tune import running_trials

    here, name, chosen = which_study(symbol, study, data_dir, model_dir)
    running = running_trials(here, name, chosen)
    if json:
        output.print_json({"study": chosen, "workers": [dataclasses.asdict(one) for one in running]})
        return
    rows = [(str(one.trial), anything(one.worker), one.state, span(one.since_s)) for one in running]
    output.print_table(f"At work on {chosen}", (">trial", "host:process", "state", ">for"), rows)


def _run(here: Workspace, request: TuneRequest, *, detach: bool, json: bool, events: Path | None) -> None:
    from psky.app.tune import run_tuning

    if detach:
        detached(here, json=json, study=request.study)
        return
    with output.progress(f"tune {request.symbol}", events) as on_progress, stop_on_signal(_FINISHING) as stopped:
        result = run_tuning(here, request, on_progress=on_progress, stopped=stopped)
        on_progress.metric("best_trial", result.summary.trial)
        on_progress.metric("score", result.summary.score)
    if json:
        output.print_json(as_json(result))
    else:
        print_result(result)
    if result.no_edge:
        raise typer.Exit(ExitCode.NO_EDGE)


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
        "statistics": summary.figures,
        "candidates": [msgspec.to_builtins(one) for one in result.candidates],
        "holdout_looks": result.looks,
        "tape": dataclasses.asdict(result.census),
        "summary": str(result.path),
    }


def print_result(result: TuneResult) -> None:
    """Print the best trial, its folds, the candidates and the verdict."""
    summary = result.summary
    output.print_table(
        f"{label_of(summary.symbol, synthetic=summary.synthetic)} / {summary.study}: "
        f"trial {summary.trial} of {summary.trials}, score {summary.score:+.3f} R/day",
        _FOLDS,
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
                f"{fold.coverage:.0%}",
                f"{fold.weight:.1f}",
            )
            for fold in summary.folds
        ],
    )
    if result.candidates:
        output.print_table(
            "Candidates on the hold-out: test split, then shadow split",
            (">trial", ">score", "status", ">trades", ">net R", ">shadow trades", ">net R", "because"),
            [_candidate_row(one) for one in result.candidates],
        )
    word = "no edge found" if result.no_edge else f"edge {summary.edge or 'unknown'}"
    output.say(word + "".join(f"\n  - {reason}" for reason in summary.reasons))
    tape = result.census
    output.say(f"the hold-out has been looked at {counted(result.looks, 'time')}; summary: {result.path}")
    studies, trials = counted(tape.studies, "study", "studies"), counted(tape.trials, "trial")
    output.say(f"on this tape: {studies}, {trials}, {counted(tape.looks, 'look')} at hold-outs")


def _candidate_row(one: Candidate) -> tuple[str, ...]:
    shown = [(str(split.trades), signed(split.net_r)) if split else ("", "") for split in (one.test, one.shadow)]
    return (str(one.trial), signed(one.score, 3), one.status, *shown[0], *shown[1], "; ".join(one.reasons))
