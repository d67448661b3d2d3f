"""`psky sim`: a Bybit on loopback."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import complete, output
from psky.cli.options import DataDir, Json, workspace

if TYPE_CHECKING:
    from psky.simulator.server import Running

app = typer.Typer(help="A Bybit on loopback, to try clients against.", no_args_is_help=True)


class PaceName(StrEnum):
    """Who moves the time."""

    FREE = "free"
    CLIENT = "client"


class PostOnlyEnd(StrEnum):
    """How a post-only order ends that would have taken."""

    CANCELLED = "Cancelled"
    REJECTED = "Rejected"


@app.command("serve")
def serve(
    *,
    tape: Annotated[str, typer.Option("--tape", help="Symbol to play back.", autocompletion=complete.symbols)],
    speed: Annotated[float, typer.Option("--speed", min=0.01, help="Seconds of the tape a second.")] = 1.0,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    pace: Annotated[PaceName, typer.Option("--pace", help="Time moves with the wall, or as a client says.")] = (
        PaceName.FREE
    ),
    start: Annotated[str | None, typer.Option("--from", help="UTC time to begin at; what came before is past.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="UTC time to end before.")] = None,
    balance: Annotated[float, typer.Option("--balance", min=0, help="Wallet at the beginning.")] = 100_000.0,
    spec: Annotated[Path | None, typer.Option("--spec", help="TOML or JSON spec whose venue and costs it has.")] = None,
    faults: Annotated[Path | None, typer.Option("--faults", help="TOML plan of what goes wrong.")] = None,
    linger: Annotated[float, typer.Option("--linger", min=0, help="Seconds to stay after the tape's end.")] = 0.0,
    rate_limits: Annotated[
        bool | None, typer.Option("--rate-limits/--no-rate-limits", help="As the exchange has them; free pace only.")
    ] = None,
    post_only: Annotated[
        PostOnlyEnd, typer.Option("--post-only", help="End of a post-only order that would have taken.")
    ] = PostOnlyEnd.CANCELLED,
    key: Annotated[str, typer.Option("--key", help="The API key that it knows.")] = "sim-key",
    secret: Annotated[str, typer.Option("--secret", help="Its secret, of this simulator only.")] = "sim-secret",  # noqa: S107 - opens nothing but a simulation
    read_only: Annotated[bool, typer.Option("--read-only", help="The key may not trade.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The key may withdraw.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Serve a tape as Bybit v5: REST and WebSocket on 127.0.0.1, orders filled by the venue of the backtest.

    Example: psky sim serve --tape BTCJPY --speed 60
    """
    from decimal import Decimal

    from psky.app.simulator import Simulation, simulate
    from psky.simulator.config import KeyFacts, SimConfig
    from psky.spec.codec import read

    config = SimConfig(
        balance=Decimal(str(balance)),
        pace=pace.value,
        keys=KeyFacts(key=key, secret=secret, read_only=read_only, withdraw=withdraw),
        rate_limits=pace is PaceName.FREE if rate_limits is None else rate_limits,
        post_only_status=post_only.value,
    )
    simulation = Simulation(
        symbol=tape,
        spec=read(spec) if spec else None,
        start=start,
        end=end,
        speed=speed,
        port=port,
        linger_s=linger,
        faults=faults,
        config=config,
    )
    simulate(workspace(data_dir, None), simulation, lambda running: _say_where(running, tape, json=json))


def _say_where(running: Running, tape: str, *, json: bool) -> None:
    import sys

    keys = running.site.config.keys
    if json:
        output.print_json(
            {
                "symbol": tape,
                "url": running.url,
                "websocket_url": running.websocket_url,
                "port": int(running.url.rpartition(":")[2]),
                "start_us": running.site.exchange.tape.start_us,
                "end_us": int(running.site.exchange.tape.ts_us[-1]),
                "key": keys.key,
            }
        )
        sys.stdout.flush()
        return
    output.say(f"{tape}: REST {running.url}, streams {running.websocket_url}, key {keys.key}; Ctrl-C ends it")
