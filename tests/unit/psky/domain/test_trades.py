from __future__ import annotations

from dataclasses import fields

import numpy as np

from psky.domain.trades import TradeColumns
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


def test_what_was_cut_is_joined_again() -> None:
    trades = house.columns(n=1000)
    joined = TradeColumns.joined([trades.take(slice(300)), trades.take(slice(300, 300)), trades.take(slice(300, None))])

    for field in fields(trades):
        assert np.array_equal(getattr(joined, field.name), getattr(trades, field.name))
