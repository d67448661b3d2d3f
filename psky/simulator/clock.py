"""Which time it is on the tape."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from psky.domain.time import steady_us


class Clock(Protocol):
    """The time of the simulation, microseconds of the tape."""

    @property
    def speed(self) -> float:
        """Seconds of the tape a second of the wall; 0 where it stands until it is told."""

    def now_us(self) -> int:
        """Return it."""


class FreeClock:
    """The tape at `speed` seconds a second of the wall, from `start_us` on."""

    def __init__(self, start_us: int, speed: float) -> None:
        self._start_us = start_us
        self.speed = speed
        self._began = time.monotonic()

    def now_us(self) -> int:
        """Return how far the tape is."""
        return self._start_us + int((time.monotonic() - self._began) * self.speed * 1_000_000)

    def wait_s(self, until_us: int) -> float:
        """Return the seconds of the wall until a time of the tape."""
        return max(0.0, (until_us - self.now_us()) / 1_000_000 / self.speed)


class FeedClock:
    """The clock of a market that goes on by itself: `market_us` says what time it is there at a time of the wall.

    A print is heard of at most `lag_us` (market time) after it happened.
    """

    def __init__(self, market_us: Callable[[int], int], speed: float, lag_us: int) -> None:
        self._market_us = market_us
        self.speed = speed
        self.lag_us = lag_us

    def now_us(self) -> int:
        """Return what time it is there."""
        return self._market_us(steady_us())


class HeldClock:
    """A clock that stands until it is set."""

    speed = 0.0

    def __init__(self, start_us: int) -> None:
        self._now_us = start_us

    def now_us(self) -> int:
        """Return where it stands."""
        return self._now_us

    def set(self, now_us: int) -> None:
        """Move it on; it never goes back."""
        self._now_us = max(self._now_us, now_us)


def wall_ms() -> int:
    """Return the wall clock, which signatures go by."""
    return time.time_ns() // 1_000_000
