"""The guard: facts in, trips out. It knows no exchange and no clock; a trip latches until somebody arms it again.

Every trip ends in an empty account: cancel, flatten, ask until it is flat (`psky.live.flatten`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from psky.domain.time import DAY_US, SECOND_US
from psky.live.limits import LiveLimits

MINUTE_US: Final = 60 * SECOND_US


class Rule(StrEnum):
    """Why the guard trips."""

    DAILY_LOSS = "daily loss"
    DRAWDOWN = "drawdown"
    STALE_PUBLIC = "stale public feed"
    STALE_PRIVATE = "stale private feed"
    CLOCK = "clock skew"
    ERRORS = "error rate"
    ORDERS = "order rate"
    POSITION = "position limit"
    NOTIONAL = "order limit"
    DISAGREEMENT = "disagreement with the exchange"
    NAKED = "position without a stop"
    FATAL = "exchange refuses us"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A rule that was broken: in a sentence, and with the numbers."""

    rule: Rule
    explanation: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How things stand at a moment. Money in USDT; times are the wall clock's, us.

    `last_*_us` are when a feed was last heard of, `skew_us` is None while nobody measured it, `disagrees_since_us` and
    `naked_since_us` are None while all is well.
    """

    now_us: int
    equity_usdt: float
    last_public_us: int
    last_private_us: int
    skew_us: int | None
    position_usdt: float
    error_count: int
    """Failed requests since the start."""
    disagrees_since_us: int | None = None
    naked_since_us: int | None = None


@dataclass(slots=True)
class Guard:
    """Watches limits; `tripped` holds the first trip until `arm`."""

    limits: LiveLimits
    money: str
    """The currency that amounts are in, as people are shown it."""
    tripped: Trip | None = None
    _peak_usdt: float | None = None
    _day: int | None = None
    _day_start_usdt: float = 0.0
    _orders_us: deque[int] = field(default_factory=deque)
    _errors: deque[tuple[int, int]] = field(default_factory=deque)

    def check(self, facts: Facts) -> Trip | None:
        """Return the trip that these facts cause, None while all is well or where it has tripped before."""
        self._follow(facts)
        found = None if self.tripped else self._broken(facts)
        self.tripped = self.tripped or found
        return found

    def check_order(self, now_us: int, notional_usdt: float) -> Trip | None:
        """Take note of an order about to be placed; return the trip that it causes. It must then not be sent."""
        limits = self.limits
        self._orders_us.append(now_us)
        while self._orders_us[0] <= now_us - MINUTE_US:
            self._orders_us.popleft()
        found = None
        if notional_usdt > limits.max_order_usdt:
            found = _trip(Rule.NOTIONAL, "an order", notional_usdt, self.money, limits.max_order_usdt)
        elif len(self._orders_us) > limits.max_orders_per_min:
            found = _trip(Rule.ORDERS, "orders in a minute", len(self._orders_us), "", limits.max_orders_per_min)
        if self.tripped is None:
            self.tripped = found
        return found

    def pull(self, rule: Rule, why: str) -> Trip | None:
        """Trip by hand, or because the exchange refuses us; None where it has tripped before."""
        if self.tripped is not None:
            return None
        self.tripped = Trip(rule=rule, explanation=why, facts={})
        return self.tripped

    def memory(self) -> dict[str, float | int | None]:
        """Return what losses are counted from, so that the next process goes on counting."""
        return {"peak_usdt": self._peak_usdt, "day": self._day, "day_start_usdt": self._day_start_usdt}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Go on from what an earlier process counted from."""
        self._peak_usdt, self._day = memory["peak_usdt"], memory["day"]
        self._day_start_usdt = memory["day_start_usdt"]

    def arm(self) -> None:
        """Let the session trade again: losses are counted anew."""
        self.tripped = None
        self._peak_usdt = None
        self._day = None
        self._orders_us.clear()
        self._errors.clear()

    def _follow(self, facts: Facts) -> None:
        day = facts.now_us // DAY_US
        if day != self._day:
            self._day, self._day_start_usdt = day, facts.equity_usdt
        self._peak_usdt = max(facts.equity_usdt, facts.equity_usdt if self._peak_usdt is None else self._peak_usdt)
        self._errors.append((facts.now_us, facts.error_count))
        while self._errors[0][0] < facts.now_us - MINUTE_US:
            self._errors.popleft()

    def _broken(self, facts: Facts) -> Trip | None:
        limits, now_us = self.limits, facts.now_us
        measured = (
            (
                Rule.DAILY_LOSS,
                "lost today",
                self._day_start_usdt - facts.equity_usdt,
                self.money,
                limits.daily_loss_usdt,
            ),
            (
                Rule.DRAWDOWN,
                "fell from the best equity",
                (self._peak_usdt or 0.0) - facts.equity_usdt,
                self.money,
                limits.drawdown_usdt,
            ),
            (
                Rule.POSITION,
                "a position",
                abs(facts.position_usdt),
                self.money,
                limits.max_position_usdt,
            ),
            (
                Rule.CLOCK,
                "our clock is off",
                abs(facts.skew_us or 0) / 1000,
                "ms",
                limits.max_skew_ms,
            ),
            (
                Rule.ERRORS,
                "requests failed in a minute",
                facts.error_count - self._errors[0][1],
                "",
                limits.max_errors_per_min,
            ),
            (Rule.STALE_PUBLIC, "no trade for", _age_s(now_us, facts.last_public_us), "s", limits.stale_public_s),
            (
                Rule.STALE_PRIVATE,
                "no private message for",
                _age_s(now_us, facts.last_private_us),
                "s",
                limits.stale_private_s,
            ),
            (
                Rule.DISAGREEMENT,
                "our books and the exchange's position have differed for",
                _age_s(now_us, facts.disagrees_since_us),
                "s",
                limits.disagreement_s,
            ),
            (Rule.NAKED, "no stop has rested for", _age_s(now_us, facts.naked_since_us), "s", limits.naked_s),
        )
        return next((_trip(*one) for one in measured if one[2] > one[4]), None)


def _age_s(now_us: int, since_us: int | None) -> float:
    return 0.0 if since_us is None else (now_us - since_us) / SECOND_US


def _trip(rule: Rule, what: str, found: float, unit: str, limit: float) -> Trip:
    said = f"{what} {found:.6g} {unit}".rstrip()
    return Trip(
        rule=rule,
        explanation=f"{rule}: {said}, the limit is {limit:.6g} {unit}".rstrip(),
        facts={"found": found, "limit": limit, "unit": unit},
    )
