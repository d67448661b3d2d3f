"""What an error of Bybit means for the request that met it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from psky.engine.codes import RejectReason


class Class(StrEnum):
    """What to do about an error."""

    DONE = "done"
    """No error, or one that says that things are as was asked for."""
    LATER = "later"
    """The request was surely not carried out; the same again after a pause."""
    RESYNC = "resync"
    """Not carried out: the clock is off or the window too short."""
    DOUBT = "doubt"
    """It may have been carried out: look, then the same again under the same name."""
    STATE = "state"
    """The order is not in the state that the request supposed: look."""
    FATAL = "fatal"
    """Nothing will work: keys, permissions, addresses, bans."""
    REFUSED = "refused"
    """This request will not work."""


CODES: Final[Mapping[int, Class]] = MappingProxyType(
    {
        0: Class.DONE,
        34040: Class.DONE,  # not modified
        110025: Class.DONE,  # position mode not modified
        110043: Class.DONE,  # leverage not modified
        10006: Class.LATER,  # too many visits
        10018: Class.LATER,  # exceeded the IP rate limit
        10429: Class.LATER,  # system level frequency protection
        110079: Class.LATER,  # the order is being processed
        -1: Class.RESYNC,
        10002: Class.RESYNC,  # timestamp outside the window
        10000: Class.DOUBT,  # server timeout
        10016: Class.DOUBT,  # server error
        10019: Class.DOUBT,  # service restarting
        10014: Class.STATE,  # duplicate request
        110001: Class.STATE,  # order does not exist, or too late
        110008: Class.STATE,  # order finished or cancelled
        110010: Class.STATE,  # order cancelled
        110072: Class.STATE,  # orderLinkId duplicated
        10003: Class.FATAL,  # key invalid
        10004: Class.FATAL,  # signature
        10005: Class.FATAL,  # permission
        10007: Class.FATAL,  # user authentication failed
        10008: Class.FATAL,  # banned
        10009: Class.FATAL,  # IP banned
        10010: Class.FATAL,  # IP not bound
        33004: Class.FATAL,  # key expired
    }
)
"""By `retCode`; any other is `REFUSED`."""

SENT_BEFORE: Final = frozenset({10014, 110072})
"""Codes that say that the exchange has had the request already."""

HTTP: Final[Mapping[int, Class]] = MappingProxyType(
    {
        401: Class.FATAL,
        403: Class.FATAL,  # rate limit of the IP: ten minutes of silence, or a country
        404: Class.REFUSED,
        429: Class.LATER,
    }
)
"""By HTTP status; another above 499 is `DOUBT`, another `REFUSED`."""

REASONS: Final[Mapping[int, RejectReason]] = MappingProxyType(
    {110017: RejectReason.REDUCE, 110094: RejectReason.NOTIONAL, 110003: RejectReason.TICK}
)
"""What a refusal is to the trader; any other counts as `OTHER`, and the journal has the words."""


def class_of_code(code: int) -> Class:
    """Return what a `retCode` means."""
    return CODES.get(code, Class.REFUSED)


def class_of_status(status: int) -> Class:
    """Return what an HTTP status means."""
    return HTTP.get(status, Class.DOUBT if status >= 500 else Class.REFUSED)


def reason_of(code: int) -> RejectReason:
    """Return what a refusal with `code` is to the trader."""
    return REASONS.get(code, RejectReason.OTHER)
