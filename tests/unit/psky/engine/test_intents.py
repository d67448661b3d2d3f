from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from psky.domain.instrument import Instrument
from psky.engine.intents import propose
from psky.spec.codec import replace
from psky.spec.spec import Spec

INSTRUMENT = Instrument(symbol="X", price_decimals=1, size_decimals=2)


@dataclass(frozen=True, kw_only=True)
class Table:
    ts_us: NDArray[np.int64] = field(default_factory=lambda: np.array([60, 120, 180]) * 1_000_000)
    atr_ticks: NDArray[np.float64] = field(default_factory=lambda: np.array([np.nan, 10.0, 4.4]))
    touch_row: NDArray[np.int64] = field(default_factory=lambda: np.array([1, 2]))
    touch_side: NDArray[np.int8] = field(default_factory=lambda: np.array([1, -1], np.int8))
    touch_level_ticks: NDArray[np.float64] = field(default_factory=lambda: np.array([1000.7, 1000.2]))


def spec(**changes: object) -> Spec:
    return replace(Spec(), {f"intent.{name}": value for name, value in changes.items()})


def test_a_makers_limit_rounds_away_from_the_market() -> None:
    assert propose(Table(), spec(), INSTRUMENT).limit_ticks.tolist() == [1000, 1001]


def test_an_offset_moves_the_limit_away_from_the_market() -> None:
    intents = propose(Table(), spec(entry_offset_atr=0.5), INSTRUMENT)

    assert intents.limit_ticks.tolist() == [995, 1003]


def test_a_taker_has_no_limit() -> None:
    assert propose(Table(), spec(entry="taker"), INSTRUMENT).limit_ticks.tolist() == [0, 0]


def test_distances_are_multiples_of_the_touching_bars_atr() -> None:
    intents = propose(Table(), spec(stop_atr=2.0, target_rr=1.5), INSTRUMENT)

    assert intents.stop_distance_ticks.tolist() == [20, 9]
    assert intents.target_distance_ticks.tolist() == [30, 14]
    assert intents.ts_us.tolist() == [120_000_000, 180_000_000]


def test_the_stop_loses_the_share_of_equity_that_is_risked() -> None:
    intents = propose(Table(), spec(), INSTRUMENT)

    # 1 % of 10,000 over 2.0 and 0.9 of price is 50 and 111.11 in size.
    assert intents.qty_lots.tolist() == [5000, 11111]


def test_a_quantity_is_never_less_than_a_lot() -> None:
    poor = replace(Spec(), {"policy.equity": 0.001})

    assert propose(Table(), poor, INSTRUMENT).qty_lots.tolist() == [1, 1]


def test_bars_become_time() -> None:
    intents = propose(Table(), spec(entry_ttl_bars=3, hold_bars=7), INSTRUMENT)

    assert intents.entry_ttl_us.tolist() == [180_000_000] * 2
    assert intents.hold_us.tolist() == [420_000_000] * 2


def test_touches_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="times in order"):
        propose(Table(touch_row=np.array([2, 1])), spec(), INSTRUMENT)


def test_prices_and_sizes_are_multiples_of_the_venues_steps() -> None:
    coarse = replace(Spec(), {"venue.tick_size": 0.7, "venue.lot_size": 10.0, "intent.repeg_ticks": 4})

    intents = propose(Table(), coarse, INSTRUMENT)

    # Steps of 7 ticks and 1000 lots: stops of 20 and 8.8 ticks become 21 and 7, targets of 31.5 and 10.5 28 and 14.
    assert intents.limit_ticks.tolist() == [994, 1001]
    assert intents.stop_distance_ticks.tolist() == [21, 7]
    assert (intents.target_distance_ticks % 7).tolist() == [0, 0]
    assert intents.qty_lots.tolist() == [4000, 14000]
    assert intents.repeg_ticks.tolist() == [4, 4]
