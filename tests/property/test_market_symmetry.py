"""Reflecting a tape mirrors what is directional; its units of price and size do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from psky import _core
from tests.factories import Columns, core_tape, random_tape, small_market

CONFIG = _core.MarketConfig(**small_market())
SCHEMA = _core.feature_schema(CONFIG)
TOUCH_NAMES = [column.name for column in _core.touch_feature_schema(CONFIG)]


def assert_close(found: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    """Compare up to what averages of mirrored or multiplied prices differ by in rounding."""
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


def table(columns: Columns) -> _core.MarketTable:
    return _core.compute(core_tape(columns), CONFIG)


def reflected(columns: Columns) -> Columns:
    return {
        "ts_us": columns["ts_us"],
        "price": 2 * columns["price"][0] - columns["price"],
        "size": columns["size"],
        "side": -columns["side"],
        "tick_direction": -columns["tick_direction"],
        "flags": columns["flags"],
    }


@pytest.mark.parametrize("seed", range(5))
def test_reflection_negates_what_is_directional_and_nothing_else(seed: int) -> None:
    columns = random_tape(seed, 15_000)
    found, mirrored = table(columns), table(reflected(columns))
    signs = np.array([-1.0 if column.directional else 1.0 for column in SCHEMA])
    assert_close(mirrored.features, signs * found.features)
    moved = np.nanmax(np.abs(found.features), axis=0) > 0.01
    assert moved.all()


@pytest.mark.parametrize("seed", range(5))
def test_reflection_turns_touches_and_leaves_their_features(seed: int) -> None:
    columns = random_tape(seed, 15_000)
    found, mirrored = table(columns), table(reflected(columns))
    assert len(found.touch_row) > 100
    np.testing.assert_array_equal(mirrored.touch_row, found.touch_row)
    np.testing.assert_array_equal(mirrored.touch_side, -found.touch_side)
    np.testing.assert_array_equal(mirrored.touch_timeframe_s, found.touch_timeframe_s)
    level = 2 * columns["price"][0] - found.touch_level_ticks
    np.testing.assert_allclose(mirrored.touch_level_ticks, level, rtol=1e-12)
    # A share of the price is no mirror image: the price itself has changed.
    kept = [i for i, name in enumerate(TOUCH_NAMES) if name != "stop_scale"]
    assert_close(mirrored.touch_features[:, kept], found.touch_features[:, kept])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("column", ["price", "size"])
def test_units_do_not_matter(column: str, seed: int) -> None:
    columns = random_tape(seed, 15_000)
    found, scaled = table(columns), table(columns | {column: columns[column] * 1000})
    assert_close(scaled.features, found.features)
    np.testing.assert_array_equal(scaled.touch_row, found.touch_row)
    np.testing.assert_array_equal(scaled.touch_side, found.touch_side)
    assert_close(scaled.touch_features, found.touch_features)


def test_a_dead_market_has_finite_features_and_no_touch() -> None:
    columns = random_tape(2, 2000, gaps=0)
    columns["ts_us"][1500:] += 600_000_000
    config = _core.MarketConfig(**small_market(max_gap_us=3_600_000_000))
    found = _core.compute(core_tape(columns), config)
    dead = np.flatnonzero(np.diff(columns["ts_us"]) > 500_000_000)[0]
    silent = (found.ts_us > columns["ts_us"][dead] + 400_000_000) & (found.ts_us <= columns["ts_us"][dead + 1])
    assert silent.sum() > 50
    assert (found.atr_ticks[silent] == 0).all()
    assert np.nanmax(np.abs(found.features[silent])) <= 10
    assert not silent[found.touch_row].any()
