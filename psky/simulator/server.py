"""The server: one site on a loopback port, until its tape ends or it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from aiohttp import web

from psky.engine.venue import VenueConfig
from psky.simulator.admin import Admin
from psky.simulator.clock import FeedClock, FreeClock, HeldClock
from psky.simulator.config import SimConfig
from psky.simulator.exchange import Exchange
from psky.simulator.faults import FaultPlan, Faults
from psky.simulator.growing import GrowingTape
from psky.simulator.intake import Intake
from psky.simulator.pace import LockStep, run_feed, run_free
from psky.simulator.rest.gateway import Gateway
from psky.simulator.site import Site
from psky.simulator.streams.door import Door
from psky.simulator.streams.hub import Hub
from psky.simulator.tape import PlayedTape

_HOST = "127.0.0.1"
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server at work."""

    url: str
    websocket_url: str
    site: Site
    ended: asyncio.Event
    """Set once the tape is over."""
    intake: Intake | None
    """Of a tape that grows."""


@contextlib.asynccontextmanager
async def serving(
    tape: PlayedTape,
    venue: VenueConfig,
    config: SimConfig,
    plan: FaultPlan,
    *,
    speed: float = 1.0,
    feed: FeedClock | None = None,
    port: int = 0,
) -> AsyncIterator[Running]:
    """Serve a tape on loopback for the length of an `async with` block; port 0 takes a free one.

    A tape that grows goes by the clock of its `feed`, unless a client moves the time.

    Raises:
        OSError: the port is taken.
    """
    clock = HeldClock(tape.start_us) if config.pace == "client" else feed or FreeClock(tape.start_us, speed)
    site = Site(Exchange(tape, venue, config, clock), Faults(plan))
    hub, app, ended = Hub(site), web.Application(), asyncio.Event()
    Gateway(site).add_routes(app)
    Door(site, hub).add_routes(app)
    Admin(site).add_routes(app)
    mover: asyncio.Task[None] | None = None
    if isinstance(clock, HeldClock):
        lock_step = LockStep(site, hub, clock)
        app.router.add_get("/sim/pace", lock_step.serve)
        ended = lock_step.ended
    else:
        mover = asyncio.create_task(_moving(site, hub, clock))
        mover.add_done_callback(lambda _: ended.set())
    intake = Intake(site, hub, clock, tape) if isinstance(tape, GrowingTape) else None
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        server = web.TCPSite(runner, _HOST, port)
        await server.start()
        host, bound = runner.addresses[0][:2]
        yield Running(
            url=f"http://{host}:{bound}", websocket_url=f"ws://{host}:{bound}", site=site, ended=ended, intake=intake
        )
        if mover is not None and mover.done():
            mover.result()
    finally:
        if mover is not None:
            mover.cancel()
        await hub.finish(_PATIENCE_S)
        hub.break_off()
        await runner.cleanup()


async def _moving(site: Site, hub: Hub, clock: FreeClock | FeedClock) -> None:
    if isinstance(clock, FreeClock):
        await run_free(site, hub, clock)
    else:
        await run_feed(site, hub, clock)


async def serve_until_over(
    serving_it: AbstractAsyncContextManager[Running], linger_s: float, on_start: Callable[[Running], None]
) -> None:
    """Serve until the tape has been over for `linger_s` seconds, or SIGTERM or SIGINT comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with serving_it as running:
        on_start(running)
        stopping = asyncio.create_task(stopped.wait())
        ending = asyncio.create_task(_over(running.ended, linger_s))
        await asyncio.wait({stopping, ending}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, ending):
            task.cancel()


async def _over(ended: asyncio.Event, linger_s: float) -> None:
    await ended.wait()
    await asyncio.sleep(linger_s)
