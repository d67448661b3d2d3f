"""Side, tick direction and flags of a trade in one byte: `flags * 16 + (tick_direction + 2) * 2 + (side is a buy)`.

A store keeps them together because every column of a table, however narrow, makes its import dearer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky.domain.trades import TradeColumns

# The same in SQL, of the columns of trades as version 1 kept them apart.
PACKED = "(flags * 16 + (tick_direction + 2) * 2 + (side > 0)::TINYINT)::UTINYINT"
# What says whether two trades are of one side.
IS_BUY = "marks & 1"


def pack(columns: TradeColumns) -> NDArray[np.uint8]:
    """Return the marks of trades, one byte each."""
    directions = (columns.tick_direction + np.int8(2)).view(np.uint8)
    is_buy = (columns.side > 0).view(np.uint8)
    return (columns.flags << np.uint8(4)) | (directions << np.uint8(1)) | is_buy


def side_of(marks: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return +1 for buys, -1 for sells."""
    return ((marks & np.uint8(1)) << np.uint8(1)).view(np.int8) - np.int8(1)


def tick_direction_of(marks: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return tick directions, -2 to 2."""
    return ((marks >> np.uint8(1)) & np.uint8(7)).view(np.int8) - np.int8(2)


def flags_of(marks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the bits of flags."""
    return marks >> np.uint8(4)
