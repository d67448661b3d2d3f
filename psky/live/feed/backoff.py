"""When to connect again: later each time, never in step with others, and never more often than the exchange allows."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Final

FIRST_S: Final = 0.5
LONGEST_S: Final = 30.0
CONNECTIONS: Final = 50
PER_S: Final = 300.0
"""Bybit bans above 500 connections in 5 minutes; a tenth leaves room for others at the same address."""
_HEALTHY_S: Final = 30.0


@dataclass(slots=True)
class Backoff:
    """Seconds to wait before the next connection; times are those of one clock that only goes forward."""

    random: random.Random
    first_s: float = FIRST_S
    _failures: int = 0
    _connected_at: deque[float] = field(default_factory=deque)
    _up_s: float | None = None

    def wait_s(self, now_s: float) -> float:
        """Return how long to wait from `now_s` on."""
        return max(self._jittered(), self._budget(now_s))

    def connecting(self, now_s: float) -> None:
        """Note an attempt."""
        self._connected_at.append(now_s)
        self._up_s = None

    def up(self, now_s: float) -> None:
        """Note that it succeeded."""
        self._up_s = now_s

    def down(self, now_s: float) -> None:
        """Note that the connection failed or ended: one that had lasted starts the waits afresh."""
        lasted = self._up_s is not None and now_s - self._up_s >= _HEALTHY_S
        self._failures = 1 if lasted else self._failures + 1
        self._up_s = None

    def _jittered(self) -> float:
        if not self._failures:
            return 0.0
        longest = min(LONGEST_S, self.first_s * 2 ** min(self._failures - 1, 16))
        return self.random.uniform(longest / 2, longest)

    def _budget(self, now_s: float) -> float:
        while self._connected_at and now_s - self._connected_at[0] >= PER_S:
            self._connected_at.popleft()
        return 0.0 if len(self._connected_at) < CONNECTIONS else self._connected_at[0] + PER_S - now_s
