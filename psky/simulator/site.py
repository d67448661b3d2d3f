"""What requests and sockets share: the exchange, its market, its limits, and what is to go wrong."""

from __future__ import annotations

import asyncio
import tomllib
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from psky.simulator.clock import wall_ms
from psky.simulator.config import SimConfig
from psky.simulator.exchange import Exchange, Timing
from psky.simulator.faults import Faults
from psky.simulator.limits import AccountLimits, AddressLimit
from psky.simulator.market import Market


class Site:
    """One simulated exchange and its surroundings."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self.exchange = exchange
        self.market = Market(exchange)
        self.faults = faults
        self.config: SimConfig = exchange.config
        self.limits = AccountLimits(endpoints()["limits"], enforced=self.config.rate_limits)
        address, enforced = endpoints()["address"], self.config.rate_limits
        self.requests = AddressLimit(**address["requests"], enforced=enforced)
        self.connections = AddressLimit(**address["connections"], enforced=enforced)
        self.ahead_ms = 0
        """How far the clock of the exchange whose prints these are is ahead of this machine's."""
        self.ext_info: dict[str, Any] = {}
        """Of the answer under way."""
        self.down_until_s = 0.0
        """Until when the exchange is restarting, on the clock of the event loop."""
        self.on_restart: Callable[[], None] = lambda: None
        self._timings: dict[str, deque[Timing]] = {}

    @property
    def now_ms(self) -> int:
        """The clock that the exchange tells, and that signatures go by."""
        return wall_ms() + self.ahead_ms + self.faults.skew_ms

    @property
    def elapsed_s(self) -> float:
        """Seconds of the tape since the simulation began."""
        return (self.exchange.clock.now_us() - self.exchange.tape.start_us) / 1_000_000

    @property
    def is_down(self) -> bool:
        """Whether the exchange is restarting."""
        return asyncio.get_running_loop().time() < self.down_until_s

    def restart(self, seconds: float) -> None:
        """Close every socket and answer nothing for a while; orders and positions stay."""
        self.down_until_s = asyncio.get_running_loop().time() + seconds
        self.on_restart()

    def declare(self, link_id: str, timing: Timing) -> None:
        """Note when the next command on this order leaves, as a paced client says."""
        self._timings.setdefault(link_id, deque()).append(timing)

    def timing(self, link_id: str) -> Timing:
        """Return when a command left: as declared, or else now."""
        declared = self._timings.get(link_id)
        if declared:
            timing = declared.popleft()
            if not declared:
                del self._timings[link_id]
            return timing
        return Timing(sent_us=self.exchange.clock.now_us(), armed=False)


@cache
def endpoints() -> dict[str, Any]:
    """Return the endpoints and their limits, as `endpoints.toml` has them."""
    return tomllib.loads(Path(__file__).with_name("endpoints.toml").read_text(encoding="utf-8"))
