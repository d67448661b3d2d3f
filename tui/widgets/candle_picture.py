"""Candles as cells of text: half-lines of wicks and bodies, volume below, lines where sessions begin, marks on top.

A rising candle has a slim body, a falling one a full body, so that they differ without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tui.widgets.axes import Scale, Times

if TYPE_CHECKING:
    from psky.app.candles import CandleColumns

Cell = tuple[str, str]
"""A character and its tone."""
BLANK: Cell = (" ", "")

_NONE, _WICK, _BODY = 0, 1, 2
_RISING = {(1, 1): "│", (2, 2): "┃", (0, 1): "╷", (1, 0): "╵", (0, 2): "╻", (2, 0): "╹", (1, 2): "╽", (2, 1): "╿"}
_FALLING = _RISING | {(2, 2): "█", (0, 2): "▄", (2, 0): "▀", (1, 2): "▄", (2, 1): "▀"}
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PAD = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at a time and price: its glyph, tone (`gain`, `loss`, `warn`) and words."""

    ts_us: int
    price: float
    glyph: str
    tone: str
    text: str


class Marks:
    """Marks in order of time, of which those of a span are found at once."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._marks = sorted(marks, key=lambda mark: mark.ts_us)
        self._times = np.array([mark.ts_us for mark in self._marks], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._marks)

    def between(self, start_us: int, end_us: int) -> list[Mark]:
        """Return the marks of `start_us <= ts_us < end_us`."""
        first, last = np.searchsorted(self._times, (start_us, end_us)).tolist()
        return self._marks[first:last]

    def after(self, ts_us: int) -> Mark | None:
        """Return the first mark at or after an instant."""
        index = int(np.searchsorted(self._times, ts_us))
        return self._marks[index] if index < len(self._marks) else None

    def before(self, ts_us: int) -> Mark | None:
        """Return the last mark before an instant."""
        index = int(np.searchsorted(self._times, ts_us))
        return self._marks[index - 1] if index else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Lines of cells: prices, then volume; `scale` maps prices to the lines of prices."""

    rows: list[list[Cell]]
    scale: Scale | None
    price_rows: int
    most_volume: float


def draw(
    candles: CandleColumns, times: Times, *, price_rows: int, volume_rows: int, marks: Sequence[Mark] = ()
) -> Picture:
    """Return the picture of the candles that begin in the columns of `times`, one candle a column."""
    shown = _shown(candles, times)
    rows = [[BLANK] * times.width for _ in range(price_rows + volume_rows)]
    for column in times.sessions():
        for row in rows:
            row[column] = ("┊", "session")
    scale = _scale(candles, shown, marks, price_rows)
    volume = candles.volume[shown]
    most = float(volume.max()) if len(volume) else 0.0
    if scale is not None:
        halves = Scale(low=scale.low, high=scale.high, lines=2 * price_rows)
        columns = ((candles.ts_us[shown] - times.left_us) // times.step_us).tolist()
        for column, index in zip(columns, range(shown.start, shown.stop), strict=True):
            _candle(rows, candles, index, column, halves)
            _volume(rows[price_rows:], column, float(candles.volume[index]) / (most or 1.0), _tone(candles, index))
        for mark in marks:
            line = scale.line(mark.price)
            if 0 <= line < price_rows:
                rows[line][times.column(mark.ts_us)] = (mark.glyph, mark.tone)
    return Picture(rows=rows, scale=scale, price_rows=price_rows, most_volume=most)


def _shown(candles: CandleColumns, times: Times) -> slice:
    first, last = np.searchsorted(candles.ts_us, (times.left_us, times.end_us))
    return slice(int(first), int(last))


def _scale(candles: CandleColumns, shown: slice, marks: Iterable[Mark], lines: int) -> Scale | None:
    if shown.start == shown.stop or lines < 1:
        return None
    low, high = float(candles.low[shown].min()), float(candles.high[shown].max())
    # A mark far off the candles (a touch of a slow average) must not press them flat.
    near = [mark.price for mark in marks if low - (high - low) < mark.price < high + (high - low)]
    low, high = min([low, *near]), max([high, *near])
    pad = _PAD * (high - low) or abs(high) * 1e-4 or 1.0
    return Scale(low=low - pad, high=high + pad, lines=lines)


def _tone(candles: CandleColumns, index: int) -> str:
    return "gain" if candles.close[index] >= candles.open[index] else "loss"


def _candle(rows: list[list[Cell]], candles: CandleColumns, index: int, column: int, halves: Scale) -> None:
    tone = _tone(candles, index)
    glyphs = _RISING if tone == "gain" else _FALLING
    top, bottom = halves.line(float(candles.high[index])), halves.line(float(candles.low[index]))
    ends = halves.line(float(candles.open[index])), halves.line(float(candles.close[index]))
    head, foot = min(ends), max(ends)

    def part(half: int) -> int:
        return _BODY if head <= half <= foot else _WICK if top <= half <= bottom else _NONE

    for line in range(top // 2, bottom // 2 + 1):
        rows[line][column] = (glyphs[part(2 * line), part(2 * line + 1)], tone)


def _volume(rows: list[list[Cell]], column: int, share: float, tone: str) -> None:
    eighths = max(1, round(share * 8 * len(rows)))
    for row in reversed(rows):
        if eighths <= 0:
            return
        row[column] = (_EIGHTHS[min(8, eighths)], tone)
        eighths -= 8
