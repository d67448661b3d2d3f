"""Rate limits: token buckets that believe the exchange's headers more than themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from psky.domain.time import SECOND_US

_LIMIT, _STATUS, _RESET = "X-Bapi-Limit", "X-Bapi-Limit-Status", "X-Bapi-Limit-Reset-Timestamp"

PER_SECOND: Final[Mapping[str, int]] = MappingProxyType(
    {
        "/v5/order/create": 10,
        "/v5/order/amend": 10,
        "/v5/order/cancel": 10,
        "/v5/order/cancel-all": 10,
        "/v5/order/realtime": 50,
        "/v5/order/history": 50,
        "/v5/execution/list": 50,
        "/v5/position/list": 50,
        "/v5/position/set-leverage": 10,
        "/v5/position/switch-mode": 10,
        "/v5/position/trading-stop": 10,
    }
)
"""Requests of a user a second, by path, until a header says otherwise."""
_ELSEWHERE = 50


class Bucket:
    """Tokens of one path: `limit` at most, as many again a second."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._tokens = float(limit)
        self._at_us = 0
        self._closed_until_us = 0

    def wait_us(self, now_us: int) -> int:
        """Take a token and return 0, or return how long (us) none will be there."""
        self._refill(now_us)
        if now_us < self._closed_until_us:
            return self._closed_until_us - now_us
        if self._tokens < 1:
            return int((1 - self._tokens) / self._limit * SECOND_US) + 1
        self._tokens -= 1
        return 0

    def heed(self, headers: Mapping[str, str], now_us: int) -> None:
        """Take over what the answer's headers say of limit, tokens left, and when there are more."""
        limit, left, reset_ms = (_number(headers, name) for name in (_LIMIT, _STATUS, _RESET))
        if limit:
            self._limit = limit
        if left is not None:
            self._tokens, self._at_us = min(self._tokens, float(left)), now_us
            if left == 0 and reset_ms is not None:
                # A clock that is off must not close the bucket for longer than a window lasts.
                self._closed_until_us = min(reset_ms * 1000, now_us + SECOND_US)

    def _refill(self, now_us: int) -> None:
        if now_us < self._at_us - SECOND_US:  # the clock was set back: what was counted by it is void
            self._at_us = self._closed_until_us = now_us
        if now_us > self._at_us:
            fresh = (now_us - self._at_us) / SECOND_US * self._limit
            self._tokens, self._at_us = min(float(self._limit), self._tokens + fresh), now_us


class Buckets:
    """A bucket for each path."""

    def __init__(self, per_second: Mapping[str, int] = PER_SECOND) -> None:
        self._per_second = per_second
        self._buckets: dict[str, Bucket] = {}

    def of(self, path: str) -> Bucket:
        """Return the bucket of a path."""
        if path not in self._buckets:
            self._buckets[path] = Bucket(self._per_second.get(path, _ELSEWHERE))
        return self._buckets[path]


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isdigit() else None
