"""Braille pictures: each cell of the screen is two dots wide and four high."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from operator import or_

_BLANK = 0x2800
# The bit of the dot at (column, row) of a cell, as Unicode numbers them.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_GLYPHS = [" ", *(chr(_BLANK + bits) for bits in range(1, 256))]


class Canvas:
    """A grid of dots, `width` by `height` cells; y grows downwards."""

    def __init__(self, width: int, height: int) -> None:
        self.dots_wide, self.dots_high = 2 * width, 4 * height
        self._height = height
        # A column of cells is one number, its highest cell the lowest byte: any run of dots is set at once.
        self._columns = [0] * width
        self._above = [_dots_above(side, self.dots_high) for side in range(2)]

    def column(self, x: int, top: int, bottom: int) -> None:
        """Set the dots of a column from `top` to `bottom`, both included; what lies outside is left out."""
        top, bottom = max(0, top), min(self.dots_high - 1, bottom)
        if 0 <= x < self.dots_wide and top <= bottom:
            above = self._above[x % 2]
            self._columns[x // 2] |= above[bottom + 1] ^ above[top]

    def rows(self) -> list[str]:
        """Return the picture, one string a row; an empty cell is a blank."""
        cells = b"".join([column.to_bytes(self._height, "little") for column in self._columns])
        return ["".join([_GLYPHS[bits] for bits in cells[row :: self._height]]) for row in range(self._height)]


@cache
def _dots_above(side: int, dots_high: int) -> list[int]:
    dots = (_DOTS[side][y % 4] << 8 * (y // 4) for y in range(dots_high))
    return list(accumulate(dots, or_, initial=0))


def steps(
    times: Sequence[float], values: Sequence[float], start: float, end: float, count: int
) -> list[tuple[float, float, float]]:
    """Return lowest, highest and last value of each of `count` equal spans of time; a value holds until the next.

    Args:
        times: when each value begins, ascending.
        values: as many.
        start: where the first span begins; before the first value it is zero.
        end: where the last span ends.
        count: how many spans.
    """
    length = (end - start) / count if end > start else 1.0
    spans: list[tuple[float, float, float]] = []
    last, index = 0.0, 0
    for span in range(count):
        low = high = last
        limit = start + (span + 1) * length
        while index < len(times) and (times[index] < limit or span == count - 1):
            last = values[index]
            low, high = min(low, last), max(high, last)
            index += 1
        spans.append((low, high, last))
    return spans
