"""How far our clock is from the exchange's, as far as asking for the time tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """The exchange's clock when it answered, ours in the middle of asking, and half of what the asking took."""

    server_us: int
    asked_us: int
    doubt_us: int = 0

    @property
    def skew_us(self) -> int:
        """How far our clock is ahead of the exchange's at least, whatever the way there and back took of the time."""
        apart_us = self.asked_us - self.server_us
        return apart_us - max(-self.doubt_us, min(self.doubt_us, apart_us))


def read_clock(now_us: Callable[[], int], ask: Callable[[], Mapping[str, Any]]) -> ClockReading:
    """Return what `ask` finds at `/v5/market/time`, beside our clock."""
    before_us = now_us()
    told = ask()
    after_us = now_us()
    return ClockReading(
        server_us=int(told["timeNano"]) // 1000,
        asked_us=(before_us + after_us) // 2,
        doubt_us=(after_us - before_us) // 2,
    )
