"""Where a tape starts is forgotten: at once by windows, at a known rate by averages that are recursive by definition.

A recursive average of weight `a` forgets a start as `(1 - a)^bars`: 20 spans of the slowest one leave less than 1e-6
of any column. What is not recursive is equal, bit for bit, as soon as it is warm.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from psky import _core
from tests.factories import core_tape, cut, random_tape, small_market

PARAMETERS = small_market(timeframes_s=[1, 2, 6], touch_timeframes_s=[2, 6])
CONFIG = _core.MarketConfig(**PARAMETERS)
SCHEMA = _core.feature_schema(CONFIG)
# Wilder's averages of span n have weight 1 / n, exponential ones 2 / (n + 1).
SLOWEST = max(PARAMETERS[name] for name in ("atr", "rsi", "adx"))
SETTLED_BARS = 20 * max(SLOWEST, PARAMETERS["ema_slow"])
RECURSIVE = re.compile(r"atr|ema|rsi|adx|di\(|macd")
COLUMNS = random_tape(5, 60_000, gaps=0)


def both(first_row: int) -> tuple[_core.MarketTable, NDArray[np.int64]]:
    """Return the table of the tape from a row on, and the rows of the whole tape's table that are the same bars."""
    late = _core.compute(core_tape(cut(COLUMNS, slice(first_row, None))), CONFIG)
    return late, np.searchsorted(WHOLE.ts_us, late.ts_us)


WHOLE = _core.compute(core_tape(COLUMNS), CONFIG)


@pytest.mark.parametrize("first_row", [300, 700, 12_345])
def test_what_is_no_recursive_average_is_equal_once_warm(first_row: int) -> None:
    late, rows = both(first_row)
    exact = [place for place, column in enumerate(SCHEMA) if not RECURSIVE.search(column.formula)]
    assert len(exact) > 50
    for place in exact:
        warm = ~np.isnan(late.features[:, place])
        expected = WHOLE.features[rows, place]
        assert late.features[warm, place].tobytes() == expected[warm].tobytes(), SCHEMA[place].name


@pytest.mark.parametrize("first_row", [300, 700, 12_345])
def test_recursive_averages_forget_the_start(first_row: int) -> None:
    late, rows = both(first_row)
    # The slowest timeframe has six seconds a bar, the base two.
    settled = slice(SETTLED_BARS * 3, None)
    assert len(late.ts_us[settled]) > 1000
    found, expected = late.features[settled], WHOLE.features[rows][settled]
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
    apart = np.abs(late.features - WHOLE.features[rows])
    assert np.nanmax(apart[:SETTLED_BARS]) > 1e-6, "the two starts never differed: the test shows nothing"
