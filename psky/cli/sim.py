"""`psky sim`: a Bybit on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import complete, output
from psky.cli.options import DataDir, Json, workspace

if TYPE_CHECKING:
    from psky.app.simulator import Simulation
    from psky.app.workspace import Workspace
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


Tape = Annotated[str | None, typer.Option("--tape", help="Symbol to play back.", autocompletion=complete.symbols)]
Feed = Annotated[
    str | None, typer.Option("--feed", metavar="SYMBOL", help="Symbol to hear at Bybit as it trades now, instead.")
]
FeedAddress = Annotated[
    str | None,
    typer.Option("--feed-address", metavar="URL", help="Hear it at a simulator: http://127.0.0.1:PORT."),
]
Speed = Annotated[
    float | None, typer.Option("--speed", min=0.01, help="Seconds of the tape a second; 1 where left out.")
]
RateLimits = Annotated[
    bool | None, typer.Option("--rate-limits/--no-rate-limits", help="As the exchange has them; free pace only.")
]
PostOnly = Annotated[PostOnlyEnd, typer.Option("--post-only", help="End of a post-only order that would have taken.")]


@app.command("serve")
def serve(
    *,
    tape: Tape = None,
    feed: Feed = None,
    feed_address: FeedAddress = None,
    speed: Speed = None,
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
    rate_limits: RateLimits = None,
    post_only: PostOnly = PostOnlyEnd.CANCELLED,
    key: Annotated[str, typer.Option("--key", help="The API key that it knows.")] = "sim-key",
    secret: Annotated[str, typer.Option("--secret", help="Its secret, of this simulator only.")] = "sim-secret",  # noqa: S107 - opens nothing but a simulation
    read_only: Annotated[bool, typer.Option("--read-only", help="The key may not trade.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The key may withdraw.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Serve a tape, or the market as it trades, as Bybit v5 on 127.0.0.1; the venue of the backtest fills orders.

    Example: psky sim serve --tape BTCJPY --speed 60
    Example: psky sim serve --feed BTCUSDT
    """
    from decimal import Decimal

    from psky.app.simulator import Simulation
    from psky.simulator.config import KeyFacts, SimConfig
    from psky.spec.codec import read

    symbol = _symbol(tape, feed)
    config = SimConfig(
        balance=Decimal(str(balance)),
        pace=pace.value,
        keys=KeyFacts(key=key, secret=secret, read_only=read_only, withdraw=withdraw),
        rate_limits=pace is PaceName.FREE if rate_limits is None else rate_limits,
        post_only_status=post_only.value,
    )
    simulation = Simulation(
        symbol=symbol,
        spec=read(spec) if spec else None,
        start=start,
        end=end,
        speed=speed or 1.0,
        port=port,
        linger_s=linger,
        faults=faults,
        config=config,
    )
    if feed is not None:
        _refuse_for_feed({"--from": start, "--to": end, "--speed": speed, "--pace client": pace is PaceName.CLIENT})
    _serve(workspace(data_dir, None), simulation, feed_address, of_feed=feed is not None, json=json)


def _serve(here: Workspace, simulation: Simulation, address: str | None, *, of_feed: bool, json: bool) -> None:
    def on_start(running: Running) -> None:
        _say_where(running, simulation.symbol, json=json)

    if of_feed:
        from psky.app.paper import serve_feed

        return serve_feed(here, simulation, address, on_start)
    from psky.app.simulator import simulate

    return simulate(here, simulation, on_start)


def _symbol(tape: str | None, feed: str | None) -> str:
    from psky.errors import UsageError

    named = [name for name in (tape, feed) if name is not None]
    if len(named) != 1:
        raise UsageError(f"expected either --tape or --feed, found {'both' if named else 'neither'}")
    return named[0]


def _refuse_for_feed(options: Mapping[str, object]) -> None:
    from psky.errors import UsageError

    given = [name for name, value in options.items() if value]
    if given:
        raise UsageError(f"expected a market that goes on by itself, found {', '.join(given)} with --feed")


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
                "end_us": running.site.exchange.tape.end_us,
                "key": keys.key,
            }
        )
        sys.stdout.flush()
        return
    output.say(f"{tape}: REST {running.url}, streams {running.websocket_url}, key {keys.key}; Ctrl-C ends it")
