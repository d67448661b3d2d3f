"""A simulated exchange in a thread, its tape, and clients: pybit as it is, and a pacer that moves the time."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import websocket
from pybit.unified_trading import HTTP, WebSocket

from psky.domain.funding import NO_FUNDING, Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine.venue import venue_config
from psky.market.tape import tape_from_columns
from psky.simulator.config import SimConfig
from psky.simulator.faults import FaultPlan
from psky.simulator.server import Running, serving
from psky.simulator.site import Site
from psky.simulator.tape import SimTape
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.factories import tick_directions

SYMBOL = "TESTUSDT"
START_US = 1_700_000_000_000_000
SECOND_US = 1_000_000
INSTRUMENT = Instrument(symbol=SYMBOL, price_decimals=1, size_decimals=3)
QUICK = {"venue.fill": "touch", "venue.latency_ms": 10, "costs.slippage_ticks": 0}
ABOUT = {"category": "linear", "symbol": SYMBOL}


def columns_of(prices: Sequence[float], sides: Sequence[int] | None = None, size: float = 5.0) -> TradeColumns:
    """Return a print a second at these prices; takers of alternating sides where none are named."""
    ticks = np.rint(np.asarray(prices) * 10).astype(np.int64)
    wanted = sides if sides is not None else [1 if row % 2 else -1 for row in range(len(ticks))]
    return TradeColumns(
        ts_us=START_US + np.arange(len(ticks), dtype=np.int64) * SECOND_US,
        price=np.asarray(ticks / 10, dtype=np.float64),
        size=np.full(len(ticks), size),
        side=np.asarray(wanted, dtype=np.int8),
        tick_direction=tick_directions(ticks),
        flags=np.zeros(len(ticks), dtype=np.uint8),
    )


def sim_tape(columns: TradeColumns, funding: Funding = NO_FUNDING, first_row: int = 2) -> SimTape:
    """Return the tape of columns; its first rows are the past, which shows the quotes."""
    tape = tape_from_columns(columns, INSTRUMENT, "test", funding)
    return SimTape(core=tape.core, instrument=INSTRUMENT, trades=columns, funding=tape.funding, first_row=first_row)


@dataclass
class Sim:
    """A running simulator, as its clients see it."""

    url: str
    websocket_url: str
    site: Site
    clients: list[HTTP] = field(default_factory=list)

    def http(self, *, key: str = "sim-key", secret: str = "sim-secret", **options: Any) -> HTTP:
        """Return pybit's own client, pointed here by its public attribute."""
        client = HTTP(api_key=key, api_secret=secret, **options)
        client.endpoint = self.url
        self.clients.append(client)
        return client

    def websocket(self, channel: str, **options: Any) -> WebSocket:
        """Return pybit's own sockets, pointed here by the one method that BYBIT.md 5.2 names."""
        base = self.websocket_url

        class Local(WebSocket):  # type: ignore[misc]  # pybit ships no types
            def _connect(self, url: str) -> None:
                super()._connect(f"{base}/{url.split('/', 3)[3]}" if "{SUBDOMAIN}" in url else url)

        keys = {"api_key": "sim-key", "api_secret": "sim-secret", "private_auth_expire": 10}
        return Local(channel_type=channel, testnet=False, **(keys if channel == "private" else {}), **options)

    def get(self, path: str) -> dict[str, Any]:
        """Return what one of the simulator's own endpoints says."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def state(self) -> dict[str, Any]:
        """Return the account as the simulator has it."""
        return self.get("/sim/state")


@contextmanager
def simulated(
    tape: SimTape,
    *,
    spec: dict[str, Any] | None = None,
    plan: FaultPlan | None = None,
    speed: float = 1.0,
    config: SimConfig | None = None,
) -> Iterator[Sim]:
    """Serve a tape for the length of a `with` block; paced by a client unless the config says otherwise."""
    settings = config or SimConfig(pace="client", rate_limits=False)
    venue = venue_config(replace(Spec(), QUICK | (spec or {})), tape.instrument)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: list[Running] = []
    stop = asyncio.Event()

    async def run() -> None:
        async with serving(tape, venue, settings, plan or FaultPlan(), speed=speed) as running:
            found.append(running)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert ready.wait(20)
        sim = Sim(found[0].url, found[0].websocket_url, found[0].site)
        yield sim
        for client in sim.clients:
            client.client.close()
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


@dataclass
class Pacer:
    """The lock-step client of `/sim/pace`."""

    url: str
    ticks: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = websocket.create_connection(f"{self.url}/sim/pace", timeout=20)
        self._hear()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def now(self) -> dict[str, Any]:
        """The last tick."""
        return self.ticks[-1]

    def declare(self, link_id: str, sent_us: int, *, armed: bool = False) -> None:
        """Say when the next command on an order leaves."""
        self._say({"op": "timing", "orderLinkId": link_id, "version": 0, "sent_us": sent_us, "armed": armed})
        assert json.loads(self._socket.recv()) == {"op": "ok"}

    def step(self, wake_us: int | None, quiet: tuple[int | None, int | None] = (None, None)) -> dict[str, Any]:
        """Go on to the next tick."""
        self._say({"op": "done", "wake_us": wake_us, "quiet": quiet})
        return self._hear()

    def until(self, second: float) -> list[dict[str, Any]]:
        """Go on to so many seconds after the first print, all prints before that included; return the ticks."""
        heard: list[dict[str, Any]] = []
        wake_us = START_US + round(second * SECOND_US)
        while not heard or not (heard[-1]["wake"] or heard[-1]["end"]):
            heard.append(self.step(wake_us))
        return heard

    def _say(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))

    def _hear(self) -> dict[str, Any]:
        self.ticks.append(json.loads(self._socket.recv()))
        return self.ticks[-1]


def pacer(sim: Sim) -> Pacer:
    """Return a pacer that is not connected yet."""
    return Pacer(sim.websocket_url)
