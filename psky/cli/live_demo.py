"""`psky live demo`: a session from end to end, on the demo tape."""

from __future__ import annotations

from typing import Annotated

import typer

from psky.cli import output
from psky.cli.exit_codes import ExitCode
from psky.cli.options import Json, workspace


def demo(
    hours: Annotated[float, typer.Option("--hours", min=0.1, help="Of the tape, its last.")] = 3.0,
    speed: Annotated[
        float, typer.Option("--speed", min=0, help="Seconds of the tape a second; 0 for no limit.")
    ] = 60.0,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials to run where no model is there yet.")] = 5,
    json: Json = False,
) -> None:
    """Show a session: a simulator on the demo tape, a trained trial, the workstation to watch; then audit and drift.

    Ends with 11 where anything differs from the backtest.

    Example: psky live demo --hours 3 --speed 60
    """
    import sys

    from psky.app.live_check import audit_session, drift_session
    from psky.app.live_demo import prepare, running, session_name

    here = workspace()
    with output.progress("live demo", None) as on_progress:
        study, trial = prepare(here, trials=trials, on_progress=on_progress)
    with running(here, study, trial, hours=hours, speed=speed, say=output.say) as now:
        output.say(f"{now.symbol} / {study} trial {trial} trades; psky live watch {now.symbol} shows it too")
        if sys.stdin.isatty() and sys.stdout.isatty():
            from psky.cli.workstation import open_workstation

            open_workstation(session=(now.symbol, session_name(here, now)))
            output.say("waiting for the session to end; Ctrl-C leaves the market at once")
        now.session.wait()
        if now.session.returncode:
            from psky.errors import JobError

            raise JobError(f"expected the session to end well, found code {now.session.returncode}; see {now.log}")
    audited, drifted = audit_session(here, now.symbol), drift_session(here, now.symbol)
    differ, apart = len(audited.differences), len(drifted.drift.drifted)
    equal = audited.audit.verdicts and drifted.session_digest == drifted.backtest_digest
    if json:
        output.print_json(
            {"session": audited.session, "differences": differ, "drift": apart, "digests_equal": bool(equal)}
        )
    else:
        typer.echo(
            f"session {audited.session}: {audited.audit.verdicts:,} verdicts and {audited.audit.commands:,} commands "
            f"audited, {differ} differ; {drifted.drift.session_trades:,} trades beside the backtest's "
            f"{drifted.drift.backtest_trades:,}, {apart} drifted; digests {'equal' if equal else 'different'}"
        )
    if differ or apart or not equal:
        raise typer.Exit(ExitCode.LIVE)
