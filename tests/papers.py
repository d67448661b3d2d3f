"""Paper venues at a market that is a simulator itself, and the client that moves it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from psky.app.paper import begin_tape, pumping
from psky.app.simulator import settled
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine.venue import venue_config
from psky.live.environments import environment
from psky.live.feed.public import listening
from psky.simulator.config import SimConfig
from psky.simulator.faults import FaultPlan
from psky.simulator.server import Running, serving
from psky.spec.spec import Spec
from tests.sims import RICH

_EVER_US = 1 << 60
"""So that rows are numbered as in the whole tape."""


@contextmanager
def lock_stepped(market: str, instrument: Instrument, history: TradeColumns, spec: Spec) -> Iterator[Running]:
    """Serve the prints of the market at an address to a client that moves the time, for the length of the block."""
    config = settled(SimConfig(balance=Decimal(RICH), pace="client", rate_limits=False), spec)
    ready, over = threading.Event(), threading.Event()
    found: list[Running] = []
    with listening(environment("paper", market), instrument.symbol, stale_s=60.0) as feed:
        tape = begin_tape(feed, instrument, history, past_us=_EVER_US)

        async def serve() -> None:
            async with serving(tape, venue_config(spec, instrument), config, FaultPlan()) as running:
                found.append(running)
                ready.set()
                await asyncio.to_thread(over.wait)

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            with pumping(feed, found[0]):
                yield found[0]
        finally:
            over.set()
            thread.join(10)
