from __future__ import annotations

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.errors import DataError, OrderError
from psky.market.tape import tape_from_columns

INSTRUMENT = Instrument(symbol="XYZ", price_decimals=1, size_decimals=0)


def columns(ts_us: list[int], price: list[float]) -> TradeColumns:
    return TradeColumns(
        ts_us=np.array(ts_us, dtype=np.int64),
        price=np.array(price),
        size=np.ones(len(ts_us)),
        side=np.ones(len(ts_us), dtype=np.int8),
        tick_direction=np.zeros(len(ts_us), dtype=np.int8),
        flags=np.zeros(len(ts_us), dtype=np.uint8),
    )


def test_a_tape_knows_its_span_and_ticks() -> None:
    tape = tape_from_columns(columns([5, 5, 9], [1.1, 1.2, 0.3]), INSTRUMENT, "f")

    assert (len(tape), tape.span_us, tape.fingerprint) == (3, (5, 9), "f")
    assert tape.core.price_ticks.tolist() == [11, 12, 3]


def test_funding_without_a_mark_has_the_last_price_before_or_at_it() -> None:
    rows = columns([5, 5, 9, 12], [1.1, 0.3, 0.7, 2.0])
    ts_us = np.array([4, 5, 8, 9, 10, 12, 13])
    mark = np.where(ts_us == 10, 99.0, np.nan)
    tape = tape_from_columns(rows, INSTRUMENT, "f", Funding(ts_us=ts_us, rate=ts_us / 10, mark=mark))

    assert tape.funding.ts_us.tolist() == [5, 8, 9, 10, 12]
    assert tape.funding.rate.tolist() == [0.5, 0.8, 0.9, 1.0, 1.2]
    assert tape.funding.mark.tolist() == [0.3, 0.3, 0.7, 99.0, 2.0]
    assert np.isnan(mark).sum() == 6


@pytest.mark.parametrize(("ts_us", "last_us"), [(6, 5), (9, 5), (10, 9), (99, 9)])
def test_a_tape_knows_the_last_print_before_a_moment(ts_us: int, last_us: int) -> None:
    tape = tape_from_columns(columns([5, 5, 9], [1.0, 1.0, 1.0]), INSTRUMENT, "f")

    assert tape.last_print_before_us(ts_us) == last_us
    with pytest.raises(DataError, match="expected a trade before 5 us, found none"):
        tape.last_print_before_us(5)


def test_trades_that_go_back_are_refused() -> None:
    with pytest.raises(OrderError, match="row 2"):
        tape_from_columns(columns([5, 9, 8], [1, 1, 1]), INSTRUMENT, "f")


def test_a_price_below_a_tick_is_refused() -> None:
    with pytest.raises(DataError, match="a price of at least 1 and fewer than"):
        tape_from_columns(columns([5, 9], [1, 0.01]), INSTRUMENT, "f")


def test_an_empty_tape_has_no_span() -> None:
    with pytest.raises(DataError, match="empty tape"):
        _ = tape_from_columns(columns([], []), INSTRUMENT, "f").span_us


def test_a_price_that_floats_cannot_tell_exactly_is_refused() -> None:
    with pytest.raises(DataError, match=r"fewer than 2\^52 ticks, found 10000000000000000 in row 1"):
        tape_from_columns(columns([1, 2], [1.0, 1e16]), INSTRUMENT, "f")
