from __future__ import annotations

import numpy as np

from tests import house


def test_rows_are_taken_whole_and_in_their_order() -> None:
    trades = house.columns(n=1000)
    rows = np.array([5, 2, 9])
    taken = trades.take(rows)

    assert taken.price.tolist() == trades.price[rows].tolist()
    assert taken.ts_us.tolist() == trades.ts_us[rows].tolist()
    assert len(trades.take(slice(7))) == 7


def test_times_can_stay_where_they_are() -> None:
    trades = house.columns(n=1000)
    turned = trades.take(np.arange(1000)[::-1], keep_times=True)

    assert np.array_equal(turned.ts_us, trades.ts_us)
    assert np.array_equal(turned.side, trades.side[::-1])
