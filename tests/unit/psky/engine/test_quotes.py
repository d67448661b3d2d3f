"""Quotes at any time equal a scan of every print before it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from psky._core import Tape, quotes_at
from psky.domain.instrument import Instrument
from psky.engine.quotes import mid_ticks_at
from tests.engine_cases import Print, random_prints, tape

INSTRUMENT = Instrument(symbol="TEST", price_decimals=0, size_decimals=0)


@dataclass(frozen=True)
class Trades:
    core: Tape
    instrument: Instrument = INSTRUMENT


def last_price(prints: list[Print], ts_us: int, side: int) -> int:
    return next((p.price for p in reversed(prints) if p.ts_us <= ts_us and p.side == side and not p.flags), -1)


@pytest.mark.parametrize("seed", range(3))
def test_quotes_are_the_last_prices_of_each_side_on_the_book(seed: int) -> None:
    draw = np.random.default_rng(seed)
    prints = [
        Print(ts_us=p.ts_us, price=p.price, size=p.size, side=p.side, flags=int(draw.random() < 0.1))
        for p in random_prints(seed, 900)
    ]
    times = np.concatenate([[-5], draw.integers(0, prints[-1].ts_us + 100, 400), [prints[-1].ts_us]])

    bid, ask = quotes_at(tape(prints), times)

    assert bid.tolist() == [last_price(prints, int(ts_us), -1) for ts_us in times]
    assert ask.tolist() == [last_price(prints, int(ts_us), 1) for ts_us in times]


def test_the_mid_is_half_way_or_the_one_side_that_traded() -> None:
    prints = [Print(ts_us=10, price=100, size=1, side=1), Print(ts_us=20, price=97, size=1, side=-1)]
    before, alone, both = mid_ticks_at(Trades(tape(prints)), np.array([9, 10, 20])).tolist()
    assert math.isnan(before)
    assert (alone, both) == (100.0, 98.5)


def test_no_time_gives_no_quote() -> None:
    assert mid_ticks_at(Trades(tape([Print(ts_us=1, price=5, size=1, side=1)])), np.empty(0, np.int64)).tolist() == []
