"""How often a tape touches under a spec: on which timeframe, on which side, on which day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky.app.data import load_tape
from psky.app.synth import default_spec
from psky.app.workspace import Workspace
from psky.domain.time import DAY_US, timeframe_name, utc
from psky.market.features import MarketTable, compute
from psky.spec.spec import Spec

# A touch should be an event. Over this share of the bars nearly any bar is one, and there is nothing to select.
DEGENERATE_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeframeTouches:
    """Touches of one timeframe's EMA."""

    timeframe: str
    long: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTouches:
    """Touches of one UTC day among its base bars."""

    day: str
    bars: int
    long: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchReport:
    """Touches among the base bars of a tape; `warm_bars` are those that have an ATR, without which nothing is one."""

    symbol: str
    base: str
    bars: int
    warm_bars: int
    timeframes: tuple[TimeframeTouches, ...]
    days: tuple[DayTouches, ...]

    @property
    def touches(self) -> int:
        """All touches."""
        return sum(row.long + row.short for row in self.timeframes)

    @property
    def share(self) -> float:
        """Touches as a share of the warm base bars, 0 where there are none."""
        return self.touches / self.warm_bars if self.warm_bars else 0.0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes these touches useless or doubtful, in sentences."""
        found = []
        if not self.warm_bars:
            found.append(f"no bar is warm: the tape has {self.bars} whole bars of {self.base}, too few for an ATR")
        elif not self.touches:
            found.append("no bar is a touch: widen touch.max_distance_atr or lower touch.min_slope_atr")
        if self.share > DEGENERATE_SHARE:
            found.append(
                f"most bars are touches ({self.share:.0%}): a pullback is no event then; narrow "
                "touch.max_distance_atr, raise touch.min_slope_atr, or choose higher touch.timeframes"
            )
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchMarks:
    """The touches of a tape, each known at its `ts_us`: arrays of one length.

    `ts_us` int64, the close of the base bar; `price` float64, the average that was touched, in quote currency; `side`
    int8, +1 long, -1 short; `timeframe_s` int32, of the average.
    """

    ts_us: NDArray[np.int64]
    price: NDArray[np.float64]
    side: NDArray[np.int8]
    timeframe_s: NDArray[np.int32]


def touch_marks(workspace: Workspace, symbol: str, spec: Spec | None) -> TouchMarks:
    """Return the touches of a symbol's tape one by one. Raises as `touch_report`."""
    tape = load_tape(workspace, symbol)
    table = compute(tape, spec or default_spec(tape.instrument), dense=False)
    return TouchMarks(
        ts_us=table.ts_us[table.touch_row],
        price=table.touch_level_ticks * tape.instrument.tick_size,
        side=table.touch_side,
        timeframe_s=table.touch_timeframe_s,
    )


def touch_report(workspace: Workspace, symbol: str, spec: Spec | None) -> TouchReport:
    """Return how often a symbol's tape touches, without a spec under the one that a new study would vary.

    Raises:
        UsageError: no such symbol.
        SpecError: no touch timeframe is at or above the base.
        DataError: trades that do not make a tape.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    tape = load_tape(workspace, symbol)
    spec = spec or default_spec(tape.instrument)
    return report_of(symbol, spec, compute(tape, spec, dense=False))


def report_of(symbol: str, spec: Spec, table: MarketTable) -> TouchReport:
    """Count the touches of a table."""
    sides = Counter(zip(table.touch_timeframe_s.tolist(), table.touch_side.tolist(), strict=True))
    seconds = sorted({timeframe_s for timeframe_s, _ in sides})
    return TouchReport(
        symbol=symbol,
        base=spec.touch.base,
        bars=len(table.ts_us),
        warm_bars=int(np.sum(np.isfinite(table.atr_ticks))),
        timeframes=tuple(
            TimeframeTouches(timeframe=timeframe_name(s), long=sides[s, 1], short=sides[s, -1]) for s in seconds
        ),
        days=_days(table),
    )


def _days(table: MarketTable) -> tuple[DayTouches, ...]:
    # A bar that closes at midnight belongs to the day that it closes.
    day = (table.ts_us - 1) // DAY_US
    touched = day[table.touch_row]
    return tuple(
        DayTouches(
            day=utc(int(number) * DAY_US).date().isoformat(),
            bars=int(bars),
            long=_count(touched, table.touch_side, int(number), 1),
            short=_count(touched, table.touch_side, int(number), -1),
        )
        for number, bars in zip(*np.unique(day, return_counts=True), strict=True)
    )


def _count(days: NDArray[np.int64], sides: NDArray[np.int8], day: int, side: int) -> int:
    return int(np.sum((days == day) & (sides == side)))
