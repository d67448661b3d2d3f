"""Where a picture's labels and lines stand: prices at its side, times below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from psky.domain.time import DAY_US, SECOND_US, utc

_DAY_S = 86_400
_STEPS_S = (1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, _DAY_S, 2 * _DAY_S, 7 * _DAY_S)
_LAST_US = 253_402_300_799 * SECOND_US  # the end of the calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps values to lines, `high` on line 0 and `low` on the last of `lines`."""

    low: float
    high: float
    lines: int

    def line(self, value: float) -> int:
        """Return the line of a value; outside of the scale there are lines before the first and after the last."""
        return self.lines_of((value,))[0]

    def lines_of(self, values: Iterable[float]) -> list[int]:
        """Return the lines of many values."""
        high, span, last = self.high, self.high - self.low, self.lines - 1
        if span <= 0:
            return [self.lines // 2 for _ in values]
        return [round((high - value) / span * last) for value in values]


def round_values(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` round values between `low` and `high`: 1, 2 or 5 times a power of ten apart."""
    span = high - low
    if not math.isfinite(span) or most < 1:
        return []
    if span <= 0:
        return [high]
    least = span / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)][-most:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Columns of time: the first begins at `left_us`, each is `step_us` long."""

    left_us: int
    step_us: int
    width: int

    @property
    def end_us(self) -> int:
        """Where the last column ends."""
        return self.left_us + self.width * self.step_us

    def column(self, ts_us: int) -> int:
        """Return the column in which an instant lies, also outside of the picture."""
        return (ts_us - self.left_us) // self.step_us

    def sessions(self, apart: int = 6) -> list[int]:
        """Return the columns in which a day begins; or a month, or a year, where days are narrower than `apart`."""
        for starts, length_us in ((_days, DAY_US), (_months, 28 * DAY_US), (_years, 365 * DAY_US)):
            if length_us >= apart * self.step_us:
                return self._columns(starts)
        return []

    def labels(self, apart: int = 11) -> list[tuple[int, str]]:
        """Return columns and what to write below them: times, dates, months or years, `apart` columns at least."""
        least_us = apart * self.step_us
        for step_s in _STEPS_S:
            if step_s * SECOND_US >= least_us:
                return [(column, _clock(ts_us)) for column, ts_us in self._every(step_s * SECOND_US)]
        for starts, length_us, form in ((_months, 28 * DAY_US, "%Y-%m"), (_years, 365 * DAY_US, "%Y")):
            if length_us >= least_us:
                return [(column, _utc(self._begin(column + 1) - 1).strftime(form)) for column in self._columns(starts)]
        return [(0, f"{_utc(self.left_us):%Y}")]

    def _every(self, length_us: int) -> list[tuple[int, int]]:
        first = -(-self.left_us // length_us) * length_us
        return [(self.column(ts_us), ts_us) for ts_us in range(first, self.end_us, length_us)]

    def _columns(self, starts: Callable[[datetime], datetime]) -> list[int]:
        # A column holds a start when one lies in it, or it begins with one.
        found = []
        for column in range(self.width):
            begin = self._begin(column)
            if starts(_utc(begin + self.step_us - 1)) > _utc(begin - 1):
                found.append(column)
        return found

    def _begin(self, column: int) -> int:
        return self.left_us + column * self.step_us


def _clock(ts_us: int) -> str:
    when = _utc(ts_us)
    if ts_us % DAY_US == 0:
        return f"{when:%m-%d}"
    return f"{when:%H:%M:%S}" if when.second else f"{when:%H:%M}"


def _utc(ts_us: int) -> datetime:
    return utc(min(max(ts_us, 0), _LAST_US))


def _days(when: datetime) -> datetime:
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


def _months(when: datetime) -> datetime:
    return datetime(when.year, when.month, 1, tzinfo=UTC)


def _years(when: datetime) -> datetime:
    return datetime(when.year, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: the index of the candle length, the left column's time and the cursor's."""

    step: int
    left_us: int
    cursor_us: int
