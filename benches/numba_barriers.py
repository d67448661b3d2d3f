"""First passages by a compiled scan of the trades, as one writes it with numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Passages = tuple[Int64s, Int64s, Int64s]


class Paths(NamedTuple):
    """Paths, one array a field: each covers the trades with `start_us <= ts_us < until_us`."""

    start_us: Int64s
    lower_ticks: Int64s
    upper_ticks: Int64s
    until_us: Int64s


def first_rows(ts_us: Int64s, price_ticks: Int64s, paths: Paths) -> Int64s:
    """Return for each path the row of its first trade at or beyond a level, -1 where none comes before its limit.

    Bounds are searched beforehand, so that the scan reads prices alone.
    """
    starts, stops = _bounds(ts_us, paths)
    return _rows(price_ticks, starts, stops, paths.lower_ticks, paths.upper_ticks)


def passages(ts_us: Int64s, price_ticks: Int64s, paths: Paths) -> Passages:
    """Return also the lowest and highest price of each path, its last trade included; -1 where it has none."""
    starts, stops = _bounds(ts_us, paths)
    return _passages(price_ticks, starts, stops, paths.lower_ticks, paths.upper_ticks)


def _bounds(ts_us: Int64s, paths: Paths) -> tuple[Int64s, Int64s]:
    return np.searchsorted(ts_us, paths.start_us), np.searchsorted(ts_us, paths.until_us)


def _scan_rows(price_ticks: Int64s, starts: Int64s, stops: Int64s, lower: Int64s, upper: Int64s) -> Int64s:
    rows = np.full(len(starts), -1, dtype=np.int64)
    for path in range(len(starts)):
        low, high = lower[path], upper[path]
        for row in range(starts[path], stops[path]):
            price = price_ticks[row]
            if price <= low or price >= high:
                rows[path] = row
                break
    return rows


def _scan_passages(price_ticks: Int64s, starts: Int64s, stops: Int64s, lower: Int64s, upper: Int64s) -> Passages:
    rows = np.full(len(starts), -1, dtype=np.int64)
    lowest, highest = rows.copy(), rows.copy()
    for path in range(len(starts)):
        if starts[path] >= stops[path]:
            continue
        low, high = lower[path], upper[path]
        least = most = price_ticks[starts[path]]
        for row in range(starts[path], stops[path]):
            price = price_ticks[row]
            least, most = min(least, price), max(most, price)
            if price <= low or price >= high:
                rows[path] = row
                break
        lowest[path], highest[path] = least, most
    return rows, lowest, highest


_rows = cast("Callable[[Int64s, Int64s, Int64s, Int64s, Int64s], Int64s]", numba.njit(_scan_rows))
_passages = cast("Callable[[Int64s, Int64s, Int64s, Int64s, Int64s], Passages]", numba.njit(_scan_passages))
