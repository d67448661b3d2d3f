from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from psky import _core
from psky.domain.instrument import Instrument
from psky.domain.time import TIMEFRAMES, timeframe_name
from psky.errors import SpecError
from psky.market import features
from psky.market.tape import MarketTape
from psky.spec import codec
from psky.spec.spec import Spec
from tests.factories import core_tape, random_tape, small_market
from tests.oracles.features import Market

CASES: dict[str, dict[str, Any]] = {
    "small": small_market(),
    "base is the smallest": small_market(base_s=1, timeframes_s=[1, 5], touch_timeframes_s=[1, 5], bollinger_sd=1.5),
    "usual windows": small_market(
        base_s=1,
        timeframes_s=[1, 3],
        touch_timeframes_s=[3],
        ema=21,
        ema_slow=55,
        rsi=14,
        atr=14,
        adx=14,
        bollinger=20,
        rank=50,
        macd_fast=12,
        macd_slow=26,
        macd_signal=9,
        regression=20,
        returns=30,
    ),
}


@cache
def solved(case: str) -> tuple[_core.MarketTable, Market]:
    columns = random_tape(11, 9000)
    return _core.compute(core_tape(columns), _core.MarketConfig(**CASES[case])), Market(columns, CASES[case])


def schema_rows() -> list[Any]:
    rows = []
    for case, parameters in CASES.items():
        columns = _core.feature_schema(_core.MarketConfig(**parameters))
        rows += [pytest.param(case, i, id=f"{case}-{column.name}") for i, column in enumerate(columns)]
    return rows


@pytest.mark.parametrize(("case", "index"), schema_rows())
def test_every_column_equals_its_oracle(case: str, index: int) -> None:
    table, market = solved(case)
    column = _core.feature_schema(_core.MarketConfig(**CASES[case]))[index]
    expected = market.column(column.name, column.timeframe_s)
    found = table.features[:, index]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert np.nanstd(found) > 0


@pytest.mark.parametrize(("case", "index"), schema_rows())
def test_a_column_is_a_number_exactly_when_it_is_declared_warm(case: str, index: int) -> None:
    table, market = solved(case)
    column = _core.feature_schema(_core.MarketConfig(**CASES[case]))[index]
    closed = np.array(market.warm(column.timeframe_s or CASES[case]["base_s"]))
    np.testing.assert_array_equal(np.isnan(table.features[:, index]), closed < column.warm_up_bars)


@pytest.mark.parametrize(("case", "index"), schema_rows())
def test_a_column_changes_when_it_says_that_it_is_known(case: str, index: int) -> None:
    table, _ = solved(case)
    base_s = CASES[case]["base_s"]
    column = _core.feature_schema(_core.MarketConfig(**CASES[case]))[index]
    # Rows that share the last closed bar of a timeframe.
    ends = table.ts_us // ((column.timeframe_s or base_s) * 1_000_000)
    shares = (np.diff(ends) == 0) & (np.diff(table.segment) == 0)
    before, after = table.features[:-1, index][shares], table.features[1:, index][shares]
    decision = f"close of the {timeframe_name(base_s)} bar decided on"
    waits = column.timeframe_s > base_s and np.array_equal(before, after, equal_nan=True)
    last = f"last {timeframe_name(column.timeframe_s)} close at or before the {decision}"
    assert column.known_at == (last if waits else decision)


@pytest.mark.parametrize("case", CASES)
def test_rows_equal_the_oracles(case: str) -> None:
    table, market = solved(case)
    assert table.ts_us.tolist() == market.ts_us
    assert table.segment.tolist() == market.segment
    assert table.close_ticks.tolist() == [bar.close for bar in market.bars]
    np.testing.assert_allclose(table.atr_ticks, market.atr(), rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_touches_equal_the_oracles(case: str) -> None:
    table, market = solved(case)
    expected = market.touches()
    assert {touch["side"] for touch in expected} == {-1, 1}
    assert {touch["timeframe_s"] for touch in expected} == set(CASES[case]["touch_timeframes_s"])
    found = zip(table.touch_row, table.touch_side, table.touch_timeframe_s, strict=True)
    assert [tuple(map(int, row)) for row in found] == [(t["row"], t["side"], t["timeframe_s"]) for t in expected]
    np.testing.assert_allclose(table.touch_level_ticks, [touch["level"] for touch in expected], rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_touch_features_are_the_rows_turned_to_the_side_and_the_touches_own(case: str) -> None:
    table, market = solved(case)
    config = _core.MarketConfig(**CASES[case])
    columns, touch_columns = _core.feature_schema(config), _core.touch_feature_schema(config)
    own = [column.name for column in touch_columns[len(columns) :]]
    rows = table.features[table.touch_row]
    directional = np.array([column.directional for column in columns])
    turned = np.where(directional, rows * table.touch_side[:, None], rows)
    np.testing.assert_array_equal(table.touch_features[:, : len(columns)], turned)
    expected = [[touch[name] for name in own] for touch in market.touches()]
    np.testing.assert_allclose(table.touch_features[:, len(columns) :], expected, rtol=1e-9, atol=1e-9)
    assert [column.name for column in touch_columns[: len(columns)]] == [column.name for column in columns]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"base_s": 3}, "a base among the timeframes"),
        ({"timeframes_s": [2, 3]}, "multiples of the smallest"),
        ({"touch_timeframes_s": [1]}, "none below the base"),
        ({"flow": 1}, "windows of at least 2"),
        ({"max_distance_atr": 0.0}, "positive max_distance_atr"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        _core.MarketConfig(**small_market(**changes))


def test_the_default_spec_has_features_on_all_timeframes() -> None:
    columns = features.schema(Spec())
    for timeframe in TIMEFRAMES:
        assert f"{timeframe}_rsi_14" in {column.name for column in columns}
    assert not any(column.name.startswith("1m_forming") for column in columns)
    names = features.touch_feature_names(Spec())
    assert len(set(names)) == len(names) > len(columns)


def test_the_digest_changes_with_what_defines_a_column_and_with_nothing_else() -> None:
    digest = features.schema_digest(Spec())
    changed = ("features.rsi", 9), ("features.atr", 9), ("touch.ema", 34), ("touch.base", "5m")
    digests = {features.schema_digest(codec.replace(Spec(), {name: value})) for name, value in changed}
    assert len(digests | {digest}) == 5
    assert features.schema_digest(codec.replace(Spec(), {"intent.stop_atr": 3.0})) == digest
    assert len(digest) == 16


def minutes_tape() -> MarketTape:
    columns = random_tape(5, 9000, mean_gap_ms=4000, gaps=0)
    instrument = Instrument(symbol="TEST", price_decimals=0, size_decimals=0)
    return MarketTape(instrument=instrument, fingerprint="none", core=core_tape(columns))


def test_bars_that_are_kept_give_what_the_trades_give_under_every_spec() -> None:
    tape = minutes_tape()
    bars = features.ReadyBars(tape)
    changes: list[dict[str, Any]] = [
        {},
        {"features.ema": 30, "touch.ema": 13},
        {"tape.max_gap_s": 77},
        {"touch.base": "5m"},
        {},
    ]
    for change in changes:
        spec = codec.replace(Spec(), change)
        for dense in (True, False):
            made, expected = bars.compute(spec, dense=dense), features.compute(tape, spec, dense=dense)
            assert made.ts_us.tobytes() == expected.ts_us.tobytes()
            assert made.features.tobytes() == expected.features.tobytes()
            assert made.touch_features.tobytes() == expected.touch_features.tobytes()


def test_touch_timeframes_below_the_base_are_ignored_but_one_must_be_left() -> None:
    spec = codec.replace(Spec(), {"touch.base": "5m"})
    tape = minutes_tape()
    table = features.compute(tape, spec)
    assert set(table.touch_timeframe_s.tolist()) == {300, 900}
    with pytest.raises(SpecError, match="at or above the base 1h"):
        features.compute(tape, codec.replace(Spec(), {"touch.base": "1h"}))
