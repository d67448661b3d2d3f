"""`psky live audit` and `psky live drift`: a session held against its journal, and against the backtest."""

from __future__ import annotations

import dataclasses

import typer

from psky.cli import output
from psky.cli.exit_codes import ExitCode
from psky.cli.options import Json, LiveSymbol, Session, workspace

_SHOWN = 40


def audit(symbol: LiveSymbol, session: Session = None, json: Json = False) -> None:
    """Prove a session: its journal is whole, and each verdict, command and outcome follows from what was heard.

    Ends with 11 where anything differs.

    Example: psky live audit BTCUSDT
    """
    from psky.app.live_check import audit_session

    view = audit_session(workspace(), symbol, session)
    found = view.audit
    if json:
        output.print_json(dataclasses.asdict(view))
    else:
        if found.differences:
            output.print_table(
                "Differences",
                (">record", "what", ">intent", "field", "journaled", "recomputed"),
                [
                    (str(one.seq), one.what, str(one.intent), one.field, one.journaled[:60], one.recomputed[:60])
                    for one in found.differences[:_SHOWN]
                ],
            )
        typer.echo(
            f"session {view.session}: {view.records:,} records whole; {found.verdicts:,} verdicts, "
            f"{found.commands:,} commands and {found.outcomes:,} outcomes recomputed, "
            f"{len(found.differences):,} differ"
        )
    if found.differences:
        raise typer.Exit(ExitCode.LIVE)


def drift(symbol: LiveSymbol, session: Session = None, json: Json = False) -> None:
    """Line a session up with the backtest of the tape that it recorded, and name the cause of each difference.

    Example: psky live drift BTCUSDT
    """
    from psky.app.live_check import drift_session

    view = drift_session(workspace(), symbol, session)
    found = view.drift
    if json:
        return output.print_json(
            dataclasses.asdict(view) | {"by_cause": {cause.value: r for cause, r in found.by_cause.items()}}
        )
    if found.drifted:
        output.print_table(
            "Drift",
            (">intent", "cause", ">session R", ">backtest R", ">difference R", "how"),
            [
                (str(one.intent), one.cause, _r(one.session_r), _r(one.backtest_r), _r(one.difference_r), one.words)
                for one in found.drifted[:_SHOWN]
            ],
        )
    same = "equal" if view.session_digest == view.backtest_digest else "different"
    return typer.echo(
        f"session {view.session}: {found.session_trades:,} trades, the backtest of its tape {found.backtest_trades:,}; "
        f"{found.same:,} the same, {len(found.drifted):,} differences; digests {same}"
    )


def _r(value: float | None) -> str:
    return "" if value is None else f"{value:+.4f}"
