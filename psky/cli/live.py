"""`psky live`: trade, watch, stop."""

from __future__ import annotations

import dataclasses
import signal
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psky.cli import dry_runs, output
from psky.cli.choose import choose_study, choose_trial
from psky.cli.detach import detached
from psky.cli.interrupt import stop_on_signal
from psky.cli.live_check import audit, drift
from psky.cli.live_demo import demo
from psky.cli.options import Detach, DryRun, Events, Json, LiveSymbol, Session, Study, Trial, workspace
from psky.cli.settings import in_use

if TYPE_CHECKING:
    from psky.app.live_sessions import SessionView

app = typer.Typer(help="Trade live: on a simulator, on paper, on a demo account, or for real.", no_args_is_help=True)

Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="URL",
        help="Where the simulator is: http://127.0.0.1:PORT. Of paper: where its market is heard, instead of Bybit's.",
    ),
]


class EnvironmentName(StrEnum):
    """Where a session trades."""

    SIM = "sim"
    PAPER = "paper"
    DEMO = "demo"
    TESTNET = "testnet"
    LIVE = "live"


@app.command("run")
def run(
    symbol: LiveSymbol,
    env: Annotated[EnvironmentName, typer.Option("--env", help="Where to trade.")],
    study: Study = None,
    trial: Trial = None,
    address: Address = None,
    paced: Annotated[
        bool, typer.Option("--paced", help="In lock-step with a simulator of --pace client: what a backtest does.")
    ] = False,
    speed: Annotated[
        float,
        typer.Option("--speed", min=0, help="Of a paced simulator: seconds of the tape a second; 0 for no limit."),
    ] = 0.0,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Trade a trained trial until Ctrl-C, which closes everything; a session that was cut off is gone on with.

    Ends with 11 where the exchange or the journal stands against it, 12 where it is not armed, 13 where the account
    may not be flat.

    Example: psky live run BTCUSDT --env sim --address http://127.0.0.1:8765 --study first --trial 17
    """
    from psky.app.live import run_live
    from psky.app.live_plan import LiveRequest

    here, settings = workspace(), in_use().settings
    chosen = choose_study(here, symbol, study)
    request = LiveRequest(
        symbol=symbol,
        study=chosen,
        trial=choose_trial(here, symbol, chosen, trial),
        environment=env.value,
        address=address,
        paced=paced,
        speed=speed,
        balance_usdt=settings.paper.balance_usdt,
    )
    if dry_run:
        return dry_runs.show_live(here, request, settings.live, json=json)
    if detach:
        return detached(here, json=json, study=chosen, trial=request.trial)
    with (
        output.progress(f"live {symbol}", events) as on_progress,
        stop_on_signal(_LEAVING, signal.SIGTERM) as stopped,
    ):
        view = run_live(here, request, settings.live, stopped=stopped, on_progress=on_progress)
    return _show(view, json=json)


@app.command("status")
def status(symbol: LiveSymbol, session: Session = None, json: Json = False) -> None:
    """Show a session: its mode, position, orders and guard, and whether its journal is whole.

    Example: psky live status BTCUSDT
    """
    from psky.app.live_sessions import verify_session, view_session

    view = view_session(workspace(), symbol, session)
    count, digest = verify_session(workspace(), symbol, view.session)
    if json:
        return output.print_json({**_as_json(view), "records": count, "digest": digest})
    _show(view, json=False)
    return output.say(f"journal: {count:,} records, whole, digest {digest[:16]}")


@app.command("watch")
def watch(symbol: LiveSymbol, session: Session = None, json: Json = False) -> None:
    """Show a session line by line until it ends; Ctrl-C leaves it running.

    Example: psky live watch BTCUSDT
    """
    from psky.app.live_sessions import view_session

    shown = 0
    while True:
        view = view_session(workspace(), symbol, session)
        if view.shown_us != shown:
            shown = view.shown_us
            output.print_json(_as_json(view)) if json else typer.echo(_line(view))
        if view.ended or not view.running:
            return
        time.sleep(_LOOK_S)


@app.command("flatten")
def flatten(
    symbol: LiveSymbol,
    session: Session = None,
    address: Address = None,
    end: Annotated[bool, typer.Option("--end", help="And end the session for good.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Cancel all orders and close the position; a session that runs goes on trading, with --end it ends.

    Works without a running session too, straight through the exchange. Ends with 13 where the account may not be flat.

    Example: psky live flatten BTCUSDT
    """
    _leave(symbol, session, address, ask="stop" if end else "flatten", dry_run=dry_run, json=json)


@app.command("kill")
def kill(
    symbol: LiveSymbol,
    session: Session = None,
    address: Address = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Pull the guard: cancel, close, make sure, and trade nothing until somebody arms the session again.

    Works without a running session too, straight through the exchange. Ends with 13 where the account may not be flat.

    Example: psky live kill BTCUSDT
    """
    _leave(symbol, session, address, ask="kill", dry_run=dry_run, json=json)


@app.command("arm")
def arm(
    symbol: LiveSymbol,
    session: Session = None,
    env: Annotated[
        EnvironmentName | None, typer.Option("--env", help="live: let a new session trade with real money.")
    ] = None,
    typed: Annotated[
        str | None, typer.Option("--type", metavar="SYMBOL", help="The symbol typed out; asked for on a terminal.")
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Let a session trade again after its guard tripped, or a new one with real money. The symbol is typed out.

    Where the session is over, the next one there is let trade: a trip outlasts it.

    Example: psky live arm BTCUSDT --type BTCUSDT
    """
    import sys

    from psky.app.live_arming import arm as arm_session

    if dry_run:
        return dry_runs.show_arming(
            workspace(), symbol, for_live=env is EnvironmentName.LIVE, session=session, json=json
        )
    if typed is None and sys.stdin.isatty():
        typed = typer.prompt(f"Type {symbol} to arm it", err=True)
    said = arm_session(workspace(), symbol, typed or "", for_live=env is EnvironmentName.LIVE, session=session)
    return output.print_json({"armed": symbol, "said": said}) if json else output.say(said)


app.command("audit")(audit)
app.command("drift")(drift)
app.command("demo")(demo)
_LEAVING = "leaving the market; press Ctrl-C again to stop at once, with whatever is open"
COLOURS = {"primary": "blue", "accent": "magenta", "success": "green", "warning": "yellow", "error": "red"}
"""Of a terminal, for the words of the themes."""
_LOOK_S = 0.5


def _leave(symbol: str, session: str | None, address: str | None, *, ask: str, dry_run: bool, json: bool) -> None:
    from psky.app.live_leaving import ask_session, flatten_dead
    from psky.app.live_sessions import view_session

    here = workspace()
    view = view_session(here, symbol, session)
    said = {"session": view.session, "asked": ask, "through": "session" if view.running else "exchange"}
    if dry_run:
        if json:
            return output.print_json({"dry_run": True, **said})
        return output.say(f"would {ask}, through the {said['through']}: {_line(view)}")
    if view.running:
        ask_session(here, symbol, ask, in_use().settings.live, view.session)
    else:
        flatten_dead(
            here,
            symbol,
            in_use().settings.live,
            address=address,
            session=view.session,
            end=ask == "stop",
            latch=ask == "kill",
            on_step=lambda step: output.say(f"{step.what}: {step.said}"),
        )
    if json:
        return output.print_json(said)
    return output.say(f"session {view.session}: {ask}, through the {said['through']}")


def _as_json(view: SessionView) -> dict[str, Any]:
    return dataclasses.asdict(view) | {"journal": str(view.journal)}


def _show(view: SessionView, *, json: bool) -> None:
    if json:
        return output.print_json(_as_json(view))
    typer.echo(_line(view))
    for order in view.status.get("orders", []):
        typer.echo(f"  {order['kind']:<7} {order['side']:<5} {order['lots']:>10,} lots at {order['price']}")
    if view.tripped:
        output.say(f"the guard tripped: {view.tripped}; psky live arm {view.symbol} lets it trade again")
    return output.say(f"ended: {view.ended}" if view.ended else f"journal: {view.journal}")


def _place(view: SessionView) -> str:
    """Return where a session trades, on a terminal in the colour of that place."""
    import os

    name = f"[{view.environment}]"
    return name if os.environ.get("NO_COLOR") else typer.style(name, fg=COLOURS[view.colour], bold=True)


def _line(view: SessionView) -> str:
    from psky.domain.time import utc_text

    now = view.status
    state = "running" if view.running else "ended" if view.ended else "cut off"
    if not now:
        return f"{view.symbol} {view.session} {_place(view)} {state}"
    held = f" ({now['held']})" if now["held"] else ""
    return (
        f"{utc_text(now['market_us'])} {view.symbol} {view.session} {_place(view)} {state}, {now['mode']}{held}: "
        f"last {now['last_price']}, position {now['position']}, {len(now['orders'])} orders, "
        f"equity {now['equity_usdt']:,.2f} {view.money}"
    )
