"""Trades as columns, outside the core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeColumns:
    """Trades of one symbol: six one-dimensional arrays of one length.

    `ts_us` int64, microseconds since the epoch, UTC; `price` and `size` float64, in quote and base currency; `side`
    int8, the taker's, +1 buys, -1 sells; `tick_direction` int8: 2 plus, 1 zero-plus, -1 zero-minus, -2 minus,
    0 unknown; `flags` uint8 bits: 1 a retail price improvement, 2 a block trade, neither of which proves a fill of an
    order in the book. A row is known at its `ts_us`.
    """

    ts_us: NDArray[np.int64]
    price: NDArray[np.float64]
    size: NDArray[np.float64]
    side: NDArray[np.int8]
    tick_direction: NDArray[np.int8]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ts_us)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the trades of several, one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def take(self, rows: slice | NDArray[Any], *, keep_times: bool = False) -> Self:
        """Return the trades of some rows, in their order; with `keep_times` in the places in time of all."""
        names = [field.name for field in fields(self)]
        taken = {name: getattr(self, name)[rows] for name in names}
        return type(self)(**taken | ({"ts_us": self.ts_us} if keep_times else {}))
