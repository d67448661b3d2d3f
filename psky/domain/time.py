"""Instants and timeframes.

An instant is an integer number of microseconds since the Unix epoch, UTC (`ts_us`). A timeframe is written as traders
write it (`1m`, `5m`, `4h`) and is a whole number of seconds.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from psky.errors import UsageError

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
DAYS_PER_YEAR = 365
"""Crypto trades around the clock, every day of the year."""

TIMEFRAMES = ("1m", "5m", "15m", "1h", "4h")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMEFRAME = re.compile(r"([1-9][0-9]*)([smhd])")


_BOOTED_US = (time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)) // 1000


def steady_us() -> int:
    """Return the wall clock as it was when the process began, plus what has passed since, whoever sets it meanwhile.

    What has to happen within a time goes by it: a clock that is set back must not stop whoever watches.
    """
    return _BOOTED_US + time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def timeframe_s(name: str) -> int:
    """Return the seconds of a timeframe name such as `15m`.

    Raises:
        UsageError: the name is not a count and one of s, m, h, d.
    """
    return _seconds(name, "a timeframe such as 1m, 15m or 4h")


def duration_s(text: str) -> int:
    """Return the seconds of a length of time such as `8h`.

    Raises:
        UsageError: the text is not a count and one of s, m, h, d.
    """
    return _seconds(text, "a whole number and its unit (s, m, h or d), as in 90m, 8h or 7d")


def _seconds(text: str, wanted: str) -> int:
    match = _TIMEFRAME.fullmatch(text)
    if match is None:
        raise UsageError(f"expected {wanted}, found {text!r}")
    return int(match[1]) * _UNIT_S[match[2]]


def timeframe_name(seconds: int) -> str:
    """Return the shortest name of a timeframe of `seconds`: 3600 is `1h`."""
    for unit in ("d", "h", "m"):
        if seconds % _UNIT_S[unit] == 0:
            return f"{seconds // _UNIT_S[unit]}{unit}"
    return f"{seconds}s"


def utc(ts_us: int) -> datetime:
    """Return the aware UTC datetime of an instant."""
    return datetime.fromtimestamp(ts_us / SECOND_US, tz=UTC)


def utc_text(ts_us: int) -> str:
    """Return an instant as `2018-01-25 09:30:00` (UTC, seconds)."""
    return utc(ts_us).strftime("%Y-%m-%d %H:%M:%S")


def instant_us(text: str) -> int:
    """Return the instant of a UTC date or time such as `2018-01-25`, `2018-01-25T09:30` or `2018-01-25 09:30:00`.

    Raises:
        UsageError: the text is neither, or names another zone than UTC.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"expected a UTC date or time such as 2018-01-25 or 2018-01-25T09:30, found {text!r}"
        ) from error
    if found.utcoffset() not in {None, timedelta(0)}:
        raise UsageError(f"expected a time in UTC, found {text!r}")
    return round((found.replace(tzinfo=UTC) - _EPOCH) / timedelta(microseconds=1))
