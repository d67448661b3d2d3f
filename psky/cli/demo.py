"""`psky demo`: the main job from end to end."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.detach import detached
from psky.cli.options import Detach, Events, Json, workspace

if TYPE_CHECKING:
    from psky.app.demo import DemoResult


def demo(
    tape: Annotated[Path | None, typer.Option("--tape", help="Trade file or folder; synthetic when left out.")] = None,
    symbol: Annotated[str | None, typer.Option("--symbol", help="Symbol; DEMOUSDT for the synthetic tape.")] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials to run.")] = 20,
    detach: Detach = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Import (or generate) a tape, tune, train, backtest, and open the workstation on the result.

    Example: psky demo --tape downloads/BTCUSDT --symbol BTCUSDT --trials 20
    """
    from psky.app.demo import DEMO_SYMBOL, prepare_tape, run_demo
    from psky.errors import UsageError

    if tape is not None and symbol is None:
        raise UsageError("expected --symbol with --tape, found none; for example: --symbol BTCUSDT")
    name = symbol or DEMO_SYMBOL
    if detach:
        return detached(workspace(), json=json)
    with output.progress(f"demo {name}", events) as on_progress:
        output.say(prepare_tape(workspace(), name, tape))
        result = run_demo(workspace(), name, trials=trials, on_progress=on_progress)
    if json:
        from psky.cli import backtest_text, tune

        return output.print_json(
            {
                "tune": tune.as_json(result.tuned),
                "backtest": backtest_text.as_json(result.backtest),
                "truth": dataclasses.asdict(result.truth) if result.truth else None,
            }
        )
    _print(result)
    return _open_or_tell(result)


def _print(result: DemoResult) -> None:
    from psky.cli import backtest_text, tune

    tune.print_result(result.tuned)
    output.say(f"trained on {result.trained.rows:,} resolved touches: {result.trained.model_folder}")
    backtest_text.print_view(result.backtest)
    if result.truth is not None:
        from psky.cli.truth import truth_line

        output.say(truth_line(result.truth))
    same = "equal" if result.fold.result.digest == result.fold.result.tuned_digest else "DIFFERENT"
    output.say(f"fold 1 replayed: its ledger digest and the tuner's are {same}")


def _open_or_tell(result: DemoResult) -> None:
    study, trial = result.tuned.summary.study, result.tuned.summary.trial
    if sys.stdin.isatty() and sys.stdout.isatty():
        from psky.cli.workstation import open_workstation

        open_workstation((result.symbol, study, trial))
        return
    output.say("To look at it: .venv/bin/psky")
    output.say(f"To run it again: .venv/bin/psky backtest run {result.symbol} --study {study} --trial {trial}")
