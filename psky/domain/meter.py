"""Rate and time left of work whose progress is looked at now and then."""

from __future__ import annotations

from collections import deque

_WINDOW = 40


class Meter:
    """Measures the rate over the latest looks, so that a change of pace shows."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque(maxlen=_WINDOW)

    def look(self, now_s: float, done: int) -> None:
        """Note that `done` units were done at `now_s` (seconds of any steady clock)."""
        if self._looks and done < self._looks[-1][1]:  # another stage began to count anew
            self._looks.clear()
        self._looks.append((now_s, done))

    @property
    def rate(self) -> float | None:
        """Units per second; None until two looks saw progress."""
        if len(self._looks) < 2:
            return None
        (first_s, first), (last_s, last) = self._looks[0], self._looks[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s and last > first else None

    def eta_s(self, total: int) -> float | None:
        """Return the seconds left at the present rate; None while the rate is unknown."""
        rate = self.rate
        return None if rate is None else max(0, total - self._looks[-1][1]) / rate
