from __future__ import annotations

import itertools

import numpy as np

from psky.domain.trades import TradeColumns
from psky.store import marks


def test_every_combination_survives_packing() -> None:
    side, tick_direction, flags = zip(*itertools.product((-1, 1), range(-2, 3), range(4)), strict=True)
    count = len(side)
    trades = TradeColumns(
        ts_us=np.zeros(count, dtype=np.int64),
        price=np.ones(count),
        size=np.ones(count),
        side=np.array(side, dtype=np.int8),
        tick_direction=np.array(tick_direction, dtype=np.int8),
        flags=np.array(flags, dtype=np.uint8),
    )
    packed = marks.pack(trades)

    assert len(np.unique(packed)) == count
    unpacked = (marks.side_of(packed), marks.tick_direction_of(packed), marks.flags_of(packed))
    for found, expected in zip(unpacked, (trades.side, trades.tick_direction, trades.flags), strict=True):
        assert found.dtype == expected.dtype
        assert found.tolist() == expected.tolist()
