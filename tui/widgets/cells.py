"""A table's cells as strips of text: widths, alignment, header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.columns.column import Column

Row = TypeVar("Row")
GAP = 2
_WIDEST = 64
_MEASURED = 50


def widths(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> list[int]:
    """Return each column's width: its longest text or its title, and the gap.

    Of many rows some are measured, evenly spread, the first and the last among them; `widened` mends it for those in
    sight.
    """
    step = max(1, len(rows) // _MEASURED)
    return widened(columns, [0] * len(columns), [*rows[::step], *rows[-1:]])


def widened(columns: Sequence[Column[Row]], sizes: Sequence[int], rows: Sequence[Row]) -> list[int]:
    """Return the widths, wider where a title or a text of these rows needs it."""
    return [
        max(size, min(_WIDEST, max([cell_len(column.title), *(cell_len(column.shown(row)) for row in rows)])) + GAP)
        for column, size in zip(columns, sizes, strict=True)
    ]


def header(
    columns: Sequence[Column[Row]], sizes: Sequence[int], arrow: Callable[[str], str], style: Style
) -> list[Segment]:
    """Return the titles; `arrow` gives the sign of the sorted column, which stands in the gap behind it."""
    return [
        Segment(_fit(column.title, size, right=column.right)[:-1] + (arrow(column.key) or " "), style)
        for column, size in zip(columns, sizes, strict=True)
    ]


def cell(column: Column[Row], row: Row, size: int, style: Style) -> Segment:
    """Return one cell, its number at the right or its word at the left."""
    return Segment(_fit(column.shown(row), size, right=column.right), style)


def window(segments: list[Segment], *, fixed: int, scroll: int, width: int, blank: Style) -> Strip:
    """Return the part of a line that is seen when all but its first `fixed` cells are scrolled by `scroll`."""
    line = Strip(segments)
    if scroll == 0 or fixed >= width:
        return line.adjust_cell_length(width, blank)
    line = line.extend_cell_length(fixed + scroll + width, blank)
    return Strip.join([line.crop(0, fixed), line.crop(fixed + scroll, scroll + width)])


def scroll(sizes: Sequence[int], column: int, before: int, width: int) -> int:
    """Return how far to scroll so that a column is in sight; columns scroll whole, none beside the fixed one is cut."""
    starts = list(accumulate(sizes[1:], initial=0))
    first = starts[max(0, column - 1)]
    need = sizes[0] + starts[min(column, len(starts) - 1)] - width
    least = next((start for start in starts if start >= need), first)
    return min(max(before, least), first)


def column_at(sizes: Sequence[int], scroll: int, x: int) -> int:
    """Return the column at a cell of a line."""
    offset = x if x < sizes[0] else x + scroll
    ends = accumulate(sizes)
    return next((position for position, end in enumerate(ends) if offset < end), len(sizes) - 1)


def _fit(text: str, size: int, *, right: bool) -> str:
    inner = size - GAP
    flat = text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)
    short = flat if cell_len(flat) <= inner else set_cell_size(flat, inner - 1) + "…"
    pad = " " * (inner - cell_len(short))
    return f" {pad}{short} " if right else f" {short}{pad} "
