"""The order of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from psky.domain.text import missing

Row = TypeVar("Row")
Value = str | float | int | bool | None


def ordered(rows: Sequence[Row], value: Callable[[Row], Value], *, descending: bool) -> list[Row]:
    """Return the rows by value. Equal rows keep their order, and rows without a value come last, either way."""
    values = [value(row) for row in rows]
    kinds = {*map(type, values)}
    # Times and counts are never missing, and need not be asked one by one.
    unknown = [] if kinds <= {int} else [place for place, one in enumerate(values) if missing(one)]
    left_out = set(unknown)
    known = [place for place in range(len(values)) if place not in left_out]
    ranks: list[Any] = [_rank(one) for one in values] if str in kinds and len(kinds) > 1 else values
    known.sort(key=ranks.__getitem__, reverse=descending)
    return [rows[place] for place in (*known, *unknown)]


def _rank(value: Value) -> tuple[int, float, str]:
    # Numbers before words: a parameter of one study may be either.
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value or 0), "")
