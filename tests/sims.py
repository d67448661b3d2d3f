"""A simulator in a thread, and live sessions at it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from psky.app.simulator import settled
from psky.domain.trades import TradeColumns
from psky.engine.venue import venue_config
from psky.learn.bundle import Bundle
from psky.live.environments import environment
from psky.live.keys import Keys
from psky.live.limits import LiveLimits
from psky.live.start import Plan
from psky.market.tape import MarketTape
from psky.simulator.config import SimConfig
from psky.simulator.faults import FaultPlan
from psky.simulator.server import Running, serving
from psky.simulator.tape import SimTape
from psky.spec.spec import Spec

KEYS = Keys(key="sim-key", secret="sim-secret", source="test")  # noqa: S106 - opens a simulation
RICH = Decimal(10) ** 9
WIDE = LiveLimits(
    daily_loss_usdt=1e12,
    drawdown_usdt=1e12,
    max_position_usdt=1e12,
    max_order_usdt=1e12,
    max_orders_per_min=1_000_000,
    max_skew_ms=60_000,
)


@contextmanager
def simulated(
    tape: MarketTape,
    trades: TradeColumns,
    spec: Spec,
    start_us: int,
    plan: FaultPlan | None = None,
    speed: float = 1.0,
    **config: Any,  # noqa: ANN401 - of several types
) -> Iterator[Running]:
    """Serve a tape from a time on for the length of the block."""
    whole = SimTape(core=tape.core, instrument=tape.instrument, trades=trades, funding=tape.funding)
    played = SimTape(
        core=tape.core,
        instrument=tape.instrument,
        trades=trades,
        funding=tape.funding,
        first_row=whole.first_at(start_us),
    )
    values: dict[str, Any] = {"balance": RICH, "pace": "client", "rate_limits": False}
    settings = settled(SimConfig(**(values | config)), spec)
    venue = venue_config(spec, tape.instrument)
    with in_a_thread(lambda: serving(played, venue, settings, plan or FaultPlan(), speed=speed)) as running:
        yield running


@contextmanager
def in_a_thread(make: Callable[[], AbstractAsyncContextManager[Running]]) -> Iterator[Running]:
    """Run what serves an exchange in a loop of its own, for the length of the block."""
    ready, over = threading.Event(), threading.Event()
    found: list[Running] = []

    async def serve() -> None:
        async with make() as running:
            found.append(running)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        over.set()
        thread.join(10)


def plan_of(
    running: Running,
    tape: MarketTape,
    trades: TradeColumns,
    spec: Spec,
    bundle: Bundle,
    **changes: Any,  # noqa: ANN401
) -> Plan:
    """Return a session's plan at a simulator."""
    values: dict[str, Any] = {
        "environment": environment("sim", running.url),
        "keys": KEYS,
        "symbol": tape.instrument.symbol,
        "study": "study",
        "trial": 1,
        "bundle": bundle,
        "spec": spec,
        "instrument": tape.instrument,
        "history": trades,
        "tape": tape.fingerprint,
        "limits": WIDE,
        "paced": True,
    }
    return Plan(**(values | changes))


def journal_of(root: Path, symbol: str) -> Path:
    """Return the only journal of a symbol."""
    (found,) = (root / ".live" / symbol).glob("*/journal.db")
    return found
