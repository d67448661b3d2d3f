"""Lines over parallel axes as cells of text: braille between the axes, the better lines over the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tui.widgets.braille import Canvas

Cell = tuple[str, str]
"""A character and its tone."""
KINDS = ("best", "high", "low", "faint")
"""Where lines of several kinds share a cell, it shows the first of these."""
CURSOR = "cursor"
"""The tone of the line under the cursor, which lies over all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis: its name, the label above it, what stands at its ends, and where words stand on it (shares of it)."""

    name: str
    label: str
    low: str
    high: str
    words: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: its name, and where it crosses each axis, as a share of its height from the bottom, or None."""

    number: int
    kind: str
    places: tuple[float | None, ...]


def columns_of(count: int, width: int) -> list[int]:
    """Return the columns of `count` axes, the first and the last at the edges."""
    return [round(index * (width - 1) / max(1, count - 1)) for index in range(count)]


def draw(axes: Sequence[Axis], lines: Iterable[Line], width: int, height: int) -> list[list[Cell]]:
    """Return the lines over the axes, row by row; each line has a place for each axis."""
    columns = columns_of(len(axes), width)
    layers = {kind: Canvas(width, height) for kind in KINDS}
    crossed: dict[tuple[int, int], str] = {}
    for line in lines:
        for at in _trace(layers[line.kind], line, columns):
            crossed[at] = min(crossed.get(at, line.kind), line.kind, key=KINDS.index)
    rows = _merged([layers[kind].rows() for kind in KINDS])
    _draw_axes(rows, columns, crossed)
    for column, axis in zip(columns, axes, strict=True):
        _write_words(rows, column, axis)
    return rows


def overlaid(rows: Sequence[list[Cell]], line: Line) -> list[list[Cell]]:
    """Return what `draw` returned with one line over it, below the words."""
    canvas = Canvas(len(rows[0]), len(rows))
    points = _trace(canvas, line, columns_of(len(line.places), len(rows[0])))
    over = [
        [
            cell if glyph == " " or cell[1] == "axis" else (glyph, CURSOR)
            for glyph, cell in zip(glyphs, row, strict=True)
        ]
        for glyphs, row in zip(canvas.rows(), rows, strict=True)
    ]
    for column, y in points:
        over[y][column] = ("●", CURSOR)
    return over


def _trace(canvas: Canvas, line: Line, columns: Sequence[int]) -> list[tuple[int, int]]:
    """Draw a line; return the cells (column, row) in which it crosses the axes."""
    points = [
        None if place is None else (2 * column, round((1 - place) * (canvas.dots_high - 1)))
        for column, place in zip(columns, line.places, strict=True)
    ]
    for start, end in pairwise(points):
        if start is not None and end is not None:
            _stroke(canvas, start, end)
    return [(point[0] // 2, point[1] // 4) for point in points if point is not None]


def _stroke(canvas: Canvas, start: tuple[int, int], end: tuple[int, int]) -> None:
    (left, top), (right, bottom) = start, end
    slope = (bottom - top) / max(1, right - left)
    first, last, reach = min(top, bottom), max(top, bottom), abs(slope) / 2
    for x in range(left, right + 1):
        y = top + slope * (x - left) + 0.5  # so that cutting it off rounds it
        canvas.column(x, max(first, int(y - reach)), min(last, int(y + reach)))


def _merged(layers: Sequence[list[str]]) -> list[list[Cell]]:
    return [
        [
            next(((glyph, kind) for glyph, kind in zip(cells, KINDS, strict=True) if glyph != " "), (" ", ""))
            for cells in zip(*row, strict=True)
        ]
        for row in zip(*layers, strict=True)
    ]


def _draw_axes(rows: list[list[Cell]], columns: Iterable[int], crossed: dict[tuple[int, int], str]) -> None:
    for column in columns:
        for y, row in enumerate(rows):
            kind = crossed.get((column, y))
            row[column] = ("│", "axis") if kind is None else ("◆" if kind == KINDS[0] else "┼", kind)


def _write_words(rows: list[list[Cell]], column: int, axis: Axis) -> None:
    # Between the ends, which stand above and below.
    for place, word in axis.words:
        y = round((1 - place) * (4 * len(rows) - 1)) // 4
        left = column + 1 if column + 1 + len(word) <= len(rows[0]) else column - len(word)
        for x, letter in enumerate(word, start=left):
            if 0 <= x < len(rows[y]):
                rows[y][x] = (letter, "axis")
