"""First passages by a compiled scan of the trades, as one writes it with numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


def first_rows(
    ts_us: Int64s, price_ticks: Int64s, start_us: Int64s, lower_ticks: Int64s, upper_ticks: Int64s, until_us: Int64s
) -> Int64s:
    """Return for each path the row of its first trade at or beyond a level, -1 where none comes before its limit.

    A path covers the trades with `start_us <= ts_us < until_us`. Bounds are searched beforehand, so that the scan reads
    prices alone.
    """
    starts, stops = np.searchsorted(ts_us, start_us), np.searchsorted(ts_us, until_us)
    return _scan(price_ticks, starts, stops, lower_ticks, upper_ticks)


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


_scan = cast("Callable[[Int64s, Int64s, Int64s, Int64s, Int64s], Int64s]", numba.njit(_scan_rows))
