"""Paper venues at a market that is a simulator itself, and the client that moves it."""

from __future__ import annotations

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
from tests.sims import RICH, in_a_thread

_EVER_US = 1 << 60
"""So that rows are numbered as in the whole tape."""


@contextmanager
def lock_stepped(market: str, instrument: Instrument, history: TradeColumns, spec: Spec) -> Iterator[Running]:
    """Serve the prints of the market at an address to a client that moves the time, for the length of the block."""
    config = settled(SimConfig(balance=Decimal(RICH), pace="client", rate_limits=False), spec)
    with listening(environment("paper", market), instrument.symbol, stale_s=60.0) as feed:
        tape = begin_tape(feed, instrument, history, past_us=_EVER_US)
        venue = venue_config(spec, instrument)
        with in_a_thread(lambda: serving(tape, venue, config, FaultPlan())) as running, pumping(feed, running):
            yield running
