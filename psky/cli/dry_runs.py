"""`--dry-run`: what a command would do."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from psky.app.workspace import Workspace
from psky.cli import output
from psky.domain.text import counted, part_title, utc_minute

if TYPE_CHECKING:
    from psky.app.backtest import BacktestRequest
    from psky.app.live_plan import LiveRequest
    from psky.app.tune import TuneRequest
    from psky.live.limits import LiveLimits


def show_import(workspace: Workspace, symbol: str, paths: Sequence[Path], *, json: bool) -> None:
    """Show what would be imported."""
    from psky.app.plans.tape import plan_import

    files = plan_import(workspace, symbol, paths)
    if json:
        planned = [dataclasses.asdict(file) for file in files]
        return output.print_json({"dry_run": True, "symbol": symbol, "files": planned})
    rows = [(file.name, file.status, f"{file.bytes:,}") for file in files]
    return output.print_table(f"Would be imported into {symbol}", ("file", "status", ">bytes"), rows)


def show_tuning(workspace: Workspace, request: TuneRequest, *, json: bool) -> None:
    """Show what would be tuned, over what, on which parts of history."""
    from psky.app.plans.tuning import plan_tuning

    plan = plan_tuning(workspace, request)
    if json:
        return output.print_json({"dry_run": True, **dataclasses.asdict(plan)})
    more, what = ("more ", "of") if plan.continues else ("", "of the new study")
    trials = counted(plan.trials, f"{more}trial")
    output.print_table(
        f"{plan.symbol}: would run {trials} {what} {plan.study}",
        ("part", "from (UTC)", "to (UTC)"),
        [(period.name, utc_minute(period.start_us), utc_minute(period.end_us)) for period in plan.periods],
    )
    changes = [(name, str(default), str(value)) for name, (default, value) in plan.changes.items()]
    output.print_table("Spec that the trials vary, where it is not the default", ("key", "default", "value"), changes)
    return output.print_table("Search space", ("key", "values"), list(plan.space.items()))


def show_backtest(workspace: Workspace, request: BacktestRequest, *, json: bool) -> None:
    """Show what would be replayed, by which model, and whether it would count as a look at the hold-out."""
    from psky.app.plans.backtest import plan_backtest

    plan = plan_backtest(workspace, request)
    if json:
        return output.print_json({"dry_run": True, **dataclasses.asdict(plan)})
    span = f"{utc_minute(plan.replayed.start_us)} to {utc_minute(plan.replayed.end_us)} UTC"
    output.say(f"would replay trial {plan.trial} of {plan.study} on {part_title(plan.replayed.name)}, {span}")
    for name, (tuned, value) in plan.changes.items():
        output.say(f"  {name}: tuned {tuned}, here {value}{', trained anew' if name in plan.retrains else ''}")
    if plan.looks:
        output.say("it would count as a look at the hold-out")
    return output.say("" if plan.replaces is None else f"replaces {plan.replaces}")


def show_live(workspace: Workspace, request: LiveRequest, limits: LiveLimits, *, json: bool) -> None:
    """Show what would be traded, where, and within which limits."""
    from psky.app.plans.live import plan_live

    plan = plan_live(workspace, request, limits)
    if json:
        return output.print_json({"dry_run": True, **dataclasses.asdict(plan), "limits": msgspec.to_builtins(limits)})
    money = "REAL MONEY" if plan.real_money else "no real money"
    what = "a new session" if plan.goes_on is None else f"going on with session {plan.goes_on}"
    output.say(f"would trade trial {plan.trial} of {plan.study} on {plan.environment} ({money}), {what}")
    output.say(f"keys: {plan.keys}")
    return output.print_table(
        "Limits", ("limit", "value"), [(name, str(value)) for name, value in msgspec.to_builtins(limits).items()]
    )


def show_training(workspace: Workspace, symbol: str, study: str, trial: int, *, json: bool) -> None:
    """Show what would be trained, on what, and where it would go."""
    from psky.app.plans.training import plan_training

    plan = plan_training(workspace, symbol, study, trial)
    if json:
        return output.print_json({"dry_run": True, **dataclasses.asdict(plan)})
    span = f"{utc_minute(plan.train.start_us)} to {utc_minute(plan.train.end_us)} UTC, where the hold-out begins"
    output.say(f"would train trial {plan.trial} of {plan.study} on {span}")
    output.say(f"config: {plan.config_path}")
    return output.say(f"model:  {plan.model_folder}{' (replaced)' if plan.replaces else ''}")
