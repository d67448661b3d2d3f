"""The order of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

from psky.domain.text import missing

Row = TypeVar("Row")
Value = str | float | int | bool | None
AT_ONCE = 20_000
"""Rows that are in order before anybody could wait; more are for a thread."""


def ordered(rows: Sequence[Row], value: Callable[[Row], Value], *, descending: bool) -> list[Row]:
    """Return the rows by value. Equal rows keep their order, and rows without a value come last, either way.

    However many rows there are, other threads go on meanwhile: none waits for more than some milliseconds at a time.
    """
    values = [value(row) for row in rows]
    if len(values) <= AT_ONCE:
        return [rows[place] for place in _few(values, descending=descending)]
    return _picked(rows, values, descending=descending)


def _few(values: list[Value], *, descending: bool) -> list[int]:
    # Times and counts are never missing, and need not be asked one by one.
    plain = {*map(type, values)} <= {int}
    unknown = [] if plain else [place for place, one in enumerate(values) if missing(one)]
    left_out = set(unknown)
    known = [place for place in range(len(values)) if place not in left_out]
    ranks: list[Any] = values if plain else [_rank(one) for one in values]
    return [*sorted(known, key=ranks.__getitem__, reverse=descending), *unknown]


def _rank(value: Value) -> tuple[int, float, str]:
    # Numbers before words: a parameter of one study may be either.
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value or 0), "")


def _picked(rows: Sequence[Row], values: list[Value], *, descending: bool) -> list[Row]:
    # By NumPy, which lets go of the interpreter while it sorts; the rest in parts, for the same reason.
    import numpy as np  # noqa: PLC0415 - few tables are as long, and the first paint does not wait for it

    kinds, ranks = np.empty(len(values), np.int8), np.empty(len(values))
    numbers = _numbers(values)
    for start in range(0, len(values), AT_ONCE):
        part = values[start : start + AT_ONCE]
        kinds[start : start + AT_ONCE] = [2 if missing(one) else isinstance(one, str) for one in part]
        ranks[start : start + AT_ONCE] = [
            numbers[one] if isinstance(one, str) else 0.0 if missing(one) else float(one or 0) for one in part
        ]
    _let_go(numbers)
    if descending:
        ranks, kinds = -ranks, np.where(kinds == 2, kinds, 1 - kinds)
    places = np.lexsort((ranks, kinds))
    picked: list[Row] = []
    for start in range(0, len(places), AT_ONCE):
        picked += [rows[place] for place in places[start : start + AT_ONCE].tolist()]
    return picked


def _numbers(values: list[Value]) -> dict[str, float]:
    # Of each word, its place among all.
    numbers: dict[str, float] = {}
    for start in range(0, len(values), AT_ONCE):
        numbers.update({one: 0.0 for one in values[start : start + AT_ONCE] if isinstance(one, str)})
    words, runs = iter(numbers), list[list[str]]()
    while run := sorted(islice(words, AT_ONCE)):
        runs.append(run)
    for place, word in enumerate(merge(*runs)):
        numbers[word] = float(place)
    return numbers


def _let_go(numbers: dict[str, float]) -> None:
    # Python would do that at one go.
    while numbers:
        numbers.popitem()
