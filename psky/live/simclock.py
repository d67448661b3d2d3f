"""The market's time: of a simulator that of its tape, which its `/sim/time` tells."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

from psky.domain.time import steady_us
from psky.errors import ExchangeError
from psky.live.exchange.clock import ClockReading

_TIMEOUT_S = 5
_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimTime:
    """Where a tape was (`ts_us`) at a moment of the wall clock (`at_us`).

    `speed` is in seconds of the tape a second, 0 where it waits for us; `is_over` says that it is at its end.
    """

    ts_us: int
    at_us: int
    speed: float
    is_over: bool

    def market_us(self, wall_us: int) -> int:
        """Return where it is at another moment."""
        return self.ts_us + int((wall_us - self.at_us) * self.speed)


def sim_time(address: str) -> SimTime:
    """Ask the simulator at `address` (loopback) for its time.

    Raises:
        ExchangeError: nobody answers there, or no simulator.
    """
    before_us = steady_us()
    try:
        with urllib.request.urlopen(f"{address}/sim/time", timeout=_TIMEOUT_S) as answer:  # noqa: S310 - loopback
            found = json.load(answer)
        return SimTime(
            ts_us=int(found["ts_us"]),
            at_us=(before_us + steady_us()) // 2,
            speed=float(found["speed"]),
            is_over=bool(found["over"]),
        )
    except (OSError, HTTPException, ValueError, KeyError) as error:
        raise ExchangeError(f"expected a simulator at {address} (psky sim serve), found: {error!r}") from error


def market_time(address: str | None, clock: ClockReading) -> SimTime:
    """Return the market's time: that of the tape of a simulator at `address`, else the exchange's own.

    Raises:
        ExchangeError: no simulator answers there.
    """
    if address is not None:
        return sim_time(address)
    return SimTime(ts_us=clock.server_us, at_us=clock.asked_us, speed=1.0, is_over=False)


class Ending:
    """Asks the simulator at `address`, now and then, whether its tape is over."""

    def __init__(self, address: str) -> None:
        self._address, self._next_s = address, 0.0

    def __call__(self) -> bool:
        """Return whether it is, as far as is known."""
        if time.monotonic() < self._next_s:
            return False
        self._next_s = time.monotonic() + _AGAIN_S
        try:
            return sim_time(self._address).is_over
        except ExchangeError:
            return False
