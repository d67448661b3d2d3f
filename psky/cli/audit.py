"""`psky audit`: look for leaks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.detach import detached
from psky.cli.exit_codes import ExitCode
from psky.cli.options import DataDir, Detach, Events, Json, SymbolArgument, symbol_or_folder, workspace

if TYPE_CHECKING:
    from psky.replay.canaries.finding import CanaryResult

app = typer.Typer(help="Look for what would make results too good.", no_args_is_help=True)


@app.command("leaks")
def leaks(
    symbol: SymbolArgument = None,
    *,
    spec: Annotated[
        Path | None, typer.Option("--spec", help="TOML or JSON spec; what a study begins with when left out.")
    ] = None,
    data_dir: DataDir = None,
    detach: Detach = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Run ten canaries on a tape, each beside a planted leak that it must find. Ends with 9 where one does not pass.

    Example: psky audit leaks BTCJPY --spec first.toml
    """
    from psky.app.audit import audit_leaks, passed
    from psky.spec.codec import read

    name, here = symbol_or_folder(symbol, data_dir), workspace(data_dir, None)
    if detach:
        detached(here, json=json)
        return
    with output.progress(f"audit {name}", events) as on_progress:
        results = audit_leaks(here, name, read(spec) if spec else None, on_progress=on_progress)
    if json:
        output.print_json(
            {
                "symbol": name,
                "passed": passed(results),
                "canaries": [asdict(one) | {"state": one.state} for one in results],
            }
        )
    else:
        print_canaries(name, results)
    if passed(results) < len(results):
        raise typer.Exit(ExitCode.LEAK)


def print_canaries(symbol: str, results: tuple[CanaryResult, ...]) -> None:
    """Print a row for each canary, and why those fire that do."""
    from psky.app.audit import passed

    output.print_table(
        f"{symbol}: canaries {passed(results)}/{len(results)}",
        ("canary", "claim", "state", ">checked", "of", ">failed", "control: a planted leak", ">found in"),
        [
            (
                one.code,
                one.claim,
                one.state,
                f"{one.found.checked:,}",
                one.found.unit,
                f"{one.found.faults:,}",
                one.leak,
                f"{one.control.faults:,} of {one.control.checked:,}",
            )
            for one in results
        ],
    )
    for one in results:
        if one.state == "fires":
            output.say(f"{one.code} fires: {one.found.reason}")
        elif one.state == "blind":
            output.say(f"{one.code} proves nothing: its control was not found")
