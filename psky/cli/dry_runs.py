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
    from psky.app.job_status import Stopped
    from psky.app.live_plan import LiveRequest
    from psky.app.tune import TuneRequest
    from psky.live.limits import LiveLimits
    from psky.market.psg1 import Psg1Params

_LOOK = "it would count as a look at the hold-out"


def show_import(workspace: Workspace, symbol: str, paths: Sequence[Path], *, json: bool) -> None:
    """Show what would be imported."""
    from psky.app.plans.tape import plan_import

    files = plan_import(workspace, symbol, paths)
    if json:
        planned = [dataclasses.asdict(file) for file in files]
        return output.print_json({"dry_run": True, "symbol": symbol, "files": planned})
    rows = [(file.name, file.status, f"{file.bytes:,}") for file in files]
    return output.print_table(f"Would be imported into {symbol}", ("file", "status", ">bytes"), rows)


def show_synthesis(workspace: Workspace, symbol: str, params: Psg1Params, *, json: bool) -> None:
    """Show what would be generated, and what of it is there already."""
    from psky.app.plans.tape import plan_synthesis

    status = plan_synthesis(workspace, symbol, params)
    if json:
        return output.print_json(
            {"dry_run": True, "symbol": symbol, "params": dataclasses.asdict(params), "status": status}
        )
    what = {
        "imported": "a new tape",
        "replaced": "a tape in place of that which is there",
        "unchanged": "what is there",
    }
    edge = "a planted edge" if params.planted else "no edge"
    return output.say(f"would generate {what[status]} of {symbol}: {params.n:,} trades with {edge}, seed {params.seed}")


def show_funding(workspace: Workspace, symbol: str, paths: Sequence[Path], *, json: bool) -> None:
    """Show which funding would be imported."""
    from psky.app.plans.tape import plan_funding

    files = plan_funding(workspace, symbol, paths)
    if json:
        planned = [dataclasses.asdict(file) for file in files]
        return output.print_json({"dry_run": True, "symbol": symbol, "files": planned})
    rows = [
        (
            file.name,
            f"{file.stamps:,}",
            *("" if at is None else utc_minute(at) for at in (file.first_ts_us, file.last_ts_us)),
        )
        for file in files
    ]
    return output.print_table(
        f"Funding that would be imported into {symbol}", ("file", ">stamps", "first (UTC)", "last (UTC)"), rows
    )


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


def show_pause(workspace: Workspace, symbol: str, study: str, *, json: bool) -> None:
    """Show how many trials would be waited for."""
    from psky.app.tune import running_trials

    running = len(running_trials(workspace, symbol, study))
    if json:
        return output.print_json({"dry_run": True, "study": study, "running": running})
    return output.say(
        f"would pause study {study} of {symbol}; {counted(running, 'trial')} at work would be finished first"
    )


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
        output.say(_LOOK)
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


def show_arming(workspace: Workspace, symbol: str, *, for_live: bool, session: str | None, json: bool) -> None:
    """Show what would be let trade; nothing is typed out for that."""
    from psky.app.live_arming import would_arm

    said = would_arm(workspace, symbol, for_live=for_live, session=session)
    return output.print_json({"dry_run": True, "said": said}) if json else output.say(f"would arm {said}")


def show_stop(job_id: str, done: Stopped, *, json: bool) -> None:
    """Show whether a job would be asked to stop or killed."""
    if json:
        return output.print_json({"dry_run": True, "id": job_id, "stop": done})
    words = {
        "asked": f"would ask {job_id} to finish what it is at and stop",
        "killed": f"would kill {job_id}, which was asked to stop before",
        "ended": f"would do nothing: {job_id} has ended",
    }
    return output.say(words[done])


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


def show_reproduction(workspace: Workspace, summary: Path, *, json: bool) -> None:
    """Show what would be rebuilt, and whether it would count as a look at the hold-out."""
    from psky.app.plans.reproduction import plan_reproduction

    plan = plan_reproduction(workspace, summary)
    if json:
        output.print_json({"dry_run": True, **dataclasses.asdict(plan)})
        return
    parts = ", ".join(part_title(part) for part in plan.parts)
    output.say(f"would rebuild trial {plan.trial} of {plan.study} on {parts}")
    if plan.looks:
        output.say(_LOOK)
