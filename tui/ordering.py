"""The order of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from psky.domain.text import missing

Row = TypeVar("Row")
Value = str | float | int | bool | None


def ordered(rows: Iterable[Row], value: Callable[[Row], Value], *, descending: bool) -> list[Row]:
    """Return the rows by value. Equal rows keep their order, and rows without a value come last, either way."""
    known: list[Row] = []
    unknown: list[Row] = []
    for row in rows:
        (unknown if missing(value(row)) else known).append(row)
    known.sort(key=lambda row: _rank(value(row)), reverse=descending)
    return known + unknown


def _rank(value: Value) -> tuple[int, float, str]:
    # Numbers before words: a parameter of one study may be either.
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value or 0), "")
