"""First passages: which of two price levels the trades of a tape reach first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky.engine.tape import EngineTape

_INT64 = np.iinfo(np.int64)
NO_LOWER: Final = int(_INT64.min)
NO_UPPER: Final = int(_INT64.max)
NO_LIMIT: Final = int(_INT64.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPassages:
    """How `m` paths ended, one array a field.

    `row` (int64) is the trade at or beyond a level, -1 where none was reached; `end` (int8) says what ended the path,
    a `psky.engine.codes.PassageEnd`. `ts_us` (int64) is when that is known: the time of the trade at a level, or of the
    first trade at or after the limit, or of the first after the gap, or of the tape's last. `lowest` and `highest`
    (int64, ticks) are over the path's trades, that of `row` included; -1 where there was none.
    """

    row: NDArray[np.int64]
    end: NDArray[np.int8]
    ts_us: NDArray[np.int64]
    lowest: NDArray[np.int64]
    highest: NDArray[np.int64]


class PathIndex:
    """The path of a tape's prices, searched through lowest and highest prices of blocks of trades, exact to the trade.

    Trades off the book (retail price improvements, block trades) are not on the path; time passes with every trade.
    """

    def __init__(self, tape: EngineTape) -> None:
        """Index `tape`; the core keeps the index with the tape and builds it at the first search."""
        self._tape = tape.core

    def first_passage(
        self,
        start_us: NDArray[np.int64],
        lower_ticks: NDArray[np.int64],
        upper_ticks: NDArray[np.int64],
        until_us: NDArray[np.int64],
        *,
        max_gap_us: int = NO_LIMIT,
    ) -> FirstPassages:
        """Follow `m` paths, each over the trades with `start_us <= ts_us < until_us`, in the order of the tape.

        A path ends at its first trade at or below `lower_ticks` or at or above `upper_ticks`. All arguments are int64
        of shape (m,); `NO_LOWER`, `NO_UPPER` and `NO_LIMIT` stand for none. A silence longer than `max_gap_us` ends a
        path, also where its time limit falls into the silence.

        Raises:
            ValueError: arrays of different lengths, a lower level that is not below the upper one.
        """
        found = _core.first_passages(self._tape, start_us, lower_ticks, upper_ticks, until_us, max_gap_us)
        row, end, ts_us, lowest, highest = found
        return FirstPassages(row=row, end=end, ts_us=ts_us, lowest=lowest, highest=highest)
