"""The engine's enumerations, as they stand in columns of outcomes and ledgers."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How an intent ended, run alone."""

    UNFILLED = 0
    TARGET = 1
    STOP = 2
    """Stopped, or liquidated."""
    TIME = 3
    CENSORED = 4
    """A gap or the end of the tape came first: no label."""
    REJECTED = 5
    """The post-only entry would have taken."""


class OrderKind(IntEnum):
    """The part of an order in its trade."""

    ENTRY = 0
    STOP = 1
    TARGET = 2
    MARKET = 3
    """Leaves at once: time limit, opposite verdict, end of the tape."""
    LIQUIDATION = 4
    """The venue's own: leaves for want of margin."""


class OrderStatus(IntEnum):
    """How an order ended."""

    OPEN = 0
    FILLED = 1
    CANCELLED = 2
    """Expired, withdrawn, or nothing left to reduce; what was filled stays."""
    REJECTED = 3


class RejectReason(IntEnum):
    """Why the venue refused an order; 0 stands for an order that it did not."""

    POST_ONLY = 1
    """Would have taken."""
    TICK = 2
    LOT = 3
    NOTIONAL = 4
    REDUCE = 5
    """Reduce-only, and there was nothing to reduce."""
    OTHER = 6
    """An exchange's own reason, such as want of margin, price limits, risk limits; or our guard's."""


class ExitReason(IntEnum):
    """Why a trade ended."""

    TARGET = 1
    STOP = 2
    TIME = 3
    OPPOSITE = 4
    END = 5
    """The tape ended: marked out at its last print."""
    LIQUIDATED = 6
    """The venue closed it for want of margin."""


class SkipReason(IntEnum):
    """Why a verdict led to no order."""

    BUSY = 0
    """As many trades as allowed were running, or one was on its way out."""
    CLOSES = 1
    """It closed the opposite trade and opens none itself."""
    IGNORED = 2
    LATE = 3
    """Its time to live, or the tape, was over before it could be sent."""


class LoneStatus(IntEnum):
    """How a lone order stands at its end or the tape's."""

    OPEN = 0
    FILLED = 1
    PARTIAL = 2
    REJECT_POST_ONLY = 3


class PassageEnd(IntEnum):
    """What ends a path between two levels."""

    LOWER = 0
    UPPER = 1
    TIME = 2
    GAP = 3
    """A silence longer than the greatest gap."""
    END = 4
    """The tape ended."""
