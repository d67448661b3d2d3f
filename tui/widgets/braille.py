"""Braille pictures: each cell of the screen is two dots wide and four high."""

from __future__ import annotations

from collections.abc import Sequence

_BLANK = 0x2800
# The bit of the dot at (column, row) of a cell, as Unicode numbers them.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


class Canvas:
    """A grid of dots, `width` by `height` cells; y grows downwards."""

    def __init__(self, width: int, height: int) -> None:
        self.dots_wide, self.dots_high = 2 * width, 4 * height
        self._cells = [[0] * width for _ in range(height)]

    def column(self, x: int, top: int, bottom: int) -> None:
        """Set the dots of a column from `top` to `bottom`, both included; what lies outside is left out."""
        if 0 <= x < self.dots_wide:
            for y in range(max(0, top), min(self.dots_high - 1, bottom) + 1):
                self._cells[y // 4][x // 2] |= _DOTS[x % 2][y % 4]

    def rows(self) -> list[str]:
        """Return the picture, one string a row; an empty cell is a blank."""
        return ["".join(chr(_BLANK + bits) if bits else " " for bits in row) for row in self._cells]


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
