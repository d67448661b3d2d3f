"""How much may be asked: requests of an account in a second, by group, and of an address in five seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from psky.simulator.errors import refusal

_SECOND_MS = 1000


class AccountLimits:
    """Requests in the last second, by group."""

    def __init__(self, most: Mapping[str, int], *, enforced: bool) -> None:
        self._most = most
        self._enforced = enforced
        self._sent: dict[str, deque[int]] = {group: deque() for group in most}

    def take(self, group: str, now_ms: int, count: int = 1) -> dict[str, str]:
        """Count a request that holds `count` orders; return the headers of its answer.

        Raises:
            Refusal: 10006; it is then not counted.
        """
        sent, most = self._sent[group], self._most[group]
        while sent and sent[0] <= now_ms - _SECOND_MS:
            sent.popleft()
        if self._enforced and len(sent) + count > most:
            raise refusal("too_many_visits")
        sent.extend([now_ms] * count)
        return self.headers(group, now_ms)

    def headers(self, group: str, now_ms: int) -> dict[str, str]:
        """Return what an answer says of a group."""
        sent, most = self._sent[group], self._most[group]
        left = max(0, most - len(sent)) if self._enforced else most - 1
        reset_ms = sent[0] + _SECOND_MS if sent and left == 0 else now_ms
        return {
            "X-Bapi-Limit": str(most),
            "X-Bapi-Limit-Status": str(left),
            "X-Bapi-Limit-Reset-Timestamp": str(reset_ms),
        }


class AddressLimit:
    """What one address asks, `most` times in `window_s` seconds; one that asks more is shut out for `ban_s`."""

    def __init__(self, most: int, window_s: float, ban_s: float, *, enforced: bool) -> None:
        self._most = most
        self._window_ms = window_s * 1000
        self._ban_ms = ban_s * 1000
        self._enforced = enforced
        self._asked: deque[int] = deque()
        self._banned_until_ms = 0.0

    def admits(self, now_ms: int) -> bool:
        """Count a request; return whether it is let in."""
        if not self._enforced:
            return True
        while self._asked and self._asked[0] <= now_ms - self._window_ms:
            self._asked.popleft()
        self._asked.append(now_ms)
        if len(self._asked) > self._most:
            self._banned_until_ms = now_ms + self._ban_ms
        return now_ms >= self._banned_until_ms
