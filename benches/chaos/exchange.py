"""The simulator of a run in a process of its own, with an eye on the position: how large, and for how long bare."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, field
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any, Final

from benches.chaos.scene import SPEED, Scene
from psky.app.simulator import settled
from psky.engine.venue import venue_config
from psky.simulator.admin import state
from psky.simulator.config import SimConfig
from psky.simulator.exchange import Exchange
from psky.simulator.faults import FaultPlan
from psky.simulator.server import Running, serving
from psky.simulator.tape import SimTape

_LOOK_S: Final = 0.005
_STOPS: Final = frozenset({"Stop", "StopLoss", "PartialStopLoss"})


@dataclass(slots=True)
class Eye:
    """What was seen of the position: its largest size, and the longest time without a stop (wall seconds)."""

    most_lots: int = 0
    bare_s: float = 0.0
    _since: float | None = None

    def look(self, exchange: Exchange, now_s: float) -> None:
        """Look once."""
        lots = exchange.account.net_lots()
        self.most_lots = max(self.most_lots, abs(lots))
        bare = lots != 0 and not any(order.stop_order_type in _STOPS for order in exchange.book.open())
        if not bare:
            self._since = None
            return
        self._since = self._since or now_s
        self.bare_s = max(self.bare_s, now_s - self._since)


@dataclass(slots=True)
class Seen:
    """All that a simulator knows at the end of a run."""

    state: dict[str, Any] = field(default_factory=dict)
    executions: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of all orders."""
    most_lots: int = 0
    bare_s: float = 0.0


def serve(scene: Scene, plan: FaultPlan, pipe: Connection) -> None:
    """Serve until SIGTERM; send the address first and what was seen last."""
    asyncio.run(_serve(scene, plan, pipe))


async def _serve(scene: Scene, plan: FaultPlan, pipe: Connection) -> None:
    whole = SimTape(
        core=scene.tape.core, instrument=scene.tape.instrument, trades=scene.trades, funding=scene.tape.funding
    )
    played = SimTape(
        core=whole.core,
        instrument=whole.instrument,
        trades=whole.trades,
        funding=whole.funding,
        first_row=whole.first_at(scene.start_us),
    )
    config = settled(SimConfig(balance=Decimal(10) ** 9, rate_limits=False), scene.spec)
    venue, stopped = venue_config(scene.spec, whole.instrument), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with serving(played, venue, config, plan, speed=SPEED) as running:
        pipe.send(running.url)
        eye = Eye()
        while not stopped.is_set():
            eye.look(running.site.exchange, time.monotonic())
            await asyncio.sleep(_LOOK_S)
        pipe.send(_seen(running, eye))


def _seen(running: Running, eye: Eye) -> Seen:
    exchange = running.site.exchange
    return Seen(
        state=state(running.site),
        executions=list(exchange.executions),
        names=[order.link_id for order in exchange.book],
        most_lots=eye.most_lots,
        bare_s=eye.bare_s,
    )
