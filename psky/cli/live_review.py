"""`psky live audit` and `psky live drift`: a session looked at afterwards."""

from __future__ import annotations

import dataclasses

from psky.cli import output
from psky.cli.live import SessionName, Symbol
from psky.cli.options import Json, workspace

_SHOWN = 20


def audit(symbol: Symbol, session: SessionName = None, json: Json = False) -> None:
    """Recompute every verdict, command and outcome of a session from its journal; nothing may differ.

    Ends with 11 where the journal is not whole, 6 where anything differs or the model is another.

    Example: psky live audit BTCUSDT
    """
    from psky.app.live_review import audit_session
    from psky.errors import MismatchError

    found = audit_session(workspace(), symbol, session)
    if json:
        output.print_json(dataclasses.asdict(found))
    else:
        rows = [
            (str(one.seq), one.what, str(one.intent), one.field, one.journaled[:40], one.recomputed[:40])
            for one in found.differences[:_SHOWN]
        ]
        if rows:
            columns = (">record", "what", ">intent", "field", "journaled", "recomputed")
            output.print_table(f"{symbol} {found.session}", columns, rows)
        output.say(
            f"{found.session}: {found.records:,} records, digest {found.digest[:16]}; {found.verdicts:,} verdicts, "
            f"{found.commands:,} commands and {found.outcomes:,} outcomes recomputed, {len(found.differences):,} differ"
        )
    if found.differences:
        raise MismatchError(
            f"expected a journal that follows from its trades and events, found {len(found.differences):,} values that "
            "do not"
        )


def drift(symbol: Symbol, session: SessionName = None, json: Json = False) -> None:
    """Line up a session with a backtest of the tape that it recorded, and name the cause of each difference.

    Example: psky live drift BTCUSDT
    """
    from psky.app.live_review import drift_session

    found = drift_session(workspace(), symbol, session)
    if json:
        return output.print_json(dataclasses.asdict(found) | {"by_cause": dict(found.drift.by_cause)})
    rows = [
        (str(one.intent), one.cause.value, _r(one.session_r), _r(one.backtest_r), f"{one.difference_r:+.3f}", one.words)
        for one in found.drift.drifted[:_SHOWN]
    ]
    if rows:
        columns = (">intent", "cause", ">session R", ">backtest R", ">difference R", "what")
        output.print_table(f"{symbol} {found.session}", columns, rows)
    causes = ", ".join(f"{cause} {r:+.3f} R" for cause, r in found.drift.by_cause.items()) or "no drift"
    return output.say(
        f"{found.session}: {found.drift.session_trades} trades for {found.session_r:+.3f} R, backtest "
        f"{found.drift.backtest_trades} for {found.backtest_r:+.3f} R, {found.drift.same} the same; {causes}"
    )


def _r(value: float | None) -> str:
    return "" if value is None else f"{value:+.3f}"
