"""The standard indicators, seen through the feature columns, against TA-Lib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from psky import _core
from tests.factories import Columns, core_bars, core_tape, random_tape, small_market
from tests.vectors.load import vectors

Floats = NDArray[np.float64]
Formula = Callable[[Floats, Floats, Floats], Floats]
N = 14
USUAL = {
    "rsi": N,
    "atr": N,
    "adx": N,
    "ema_fast": 8,
    "ema": 21,
    "ema_slow": 55,
    "macd_fast": 12,
    "macd_slow": 26,
    "macd_signal": 9,
    "bollinger": 20,
    "regression": 20,
    "returns": 50,
}


def config(**changes: int) -> _core.MarketConfig:
    one = {"base_s": 1, "timeframes_s": [1], "touch_timeframes_s": [1]}
    return _core.MarketConfig(**small_market(**(USUAL | one | changes)))


def column(columns: Columns, name: str, **changes: int) -> Floats:
    names = [feature.name for feature in _core.feature_schema(config(**changes))]
    table = _core.compute(core_tape(columns), config(**changes))
    found: Floats = table.features[:, names.index(name)]
    return found


def directional(high: Floats, low: Floats, close: Floats) -> Floats:
    return (talib.PLUS_DI(high, low, close, N) - talib.MINUS_DI(high, low, close, N)) / 100


def position(_high: Floats, _low: Floats, close: Floats) -> Floats:
    upper, middle, _ = talib.BBANDS(close, 20, 2.0, 2.0)
    return (close - middle) / (upper - middle)


def width(close: Floats) -> Floats:
    upper, _, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    return upper - lower


def change_in_deviations(bars: int) -> Formula:
    def score(_high: Floats, _low: Floats, close: Floats) -> Floats:
        deviation = np.append(np.nan, talib.STDDEV(np.diff(close), 50))
        scores: Floats = talib.MOM(close, bars) / (np.sqrt(bars) * deviation)
        return scores

    return score


def in_atr(distance: Callable[[Floats], Floats]) -> Formula:
    return lambda high, low, close: distance(close) / talib.ATR(high, low, close, N)


STANDARD: dict[str, Formula] = {
    "1s_rsi_14": lambda _high, _low, close: talib.RSI(close, N) / 50 - 1,
    "1s_adx_14": lambda high, low, close: talib.ADX(high, low, close, N) / 100,
    "1s_di_14": directional,
    "1s_ema_8_distance": in_atr(lambda close: close - talib.EMA(close, 8)),
    "1s_ema_21_distance": in_atr(lambda close: close - talib.EMA(close, 21)),
    "1s_ema_55_distance": in_atr(lambda close: close - talib.EMA(close, 55)),
    "1s_ema_spread_8_55": in_atr(lambda close: talib.EMA(close, 8) - talib.EMA(close, 55)),
    "1s_return_1": in_atr(lambda close: talib.MOM(close, 1)),
    "1s_return_5": in_atr(lambda close: talib.MOM(close, 5)),
    "1s_return_1_z_50": change_in_deviations(1),
    "1s_return_5_z_50": change_in_deviations(5),
    "1s_macd_histogram_12_26_9": in_atr(lambda close: talib.MACD(close, 12, 26, 9)[2]),
    "1s_regression_slope_20": in_atr(lambda close: talib.LINEARREG_SLOPE(close, 20)),
    "1s_regression_residual_20": in_atr(lambda close: close - talib.LINEARREG(close, 20)),
    "1s_bollinger_20_2": position,
    "1s_bollinger_20_2_width": in_atr(width),
}


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("seed", range(3))
def test_a_column_agrees_with_talib_from_its_first_value_on(seed: int, name: str) -> None:
    columns = random_tape(seed, 8000, gaps=0, price_ticks=3000)
    bars = core_bars(core_tape(columns), 1, 20_000_000)
    expected = STANDARD[name](*(prices.astype(np.float64) for prices in (bars.high, bars.low, bars.close)))
    found = column(columns, name)
    assert np.isfinite(found).sum() > 1000
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_the_macd_agrees_with_talib_from_talibs_first_value_on() -> None:
    # The line is known before its signal, TA-Lib shows neither until both are.
    columns = random_tape(4, 8000, gaps=0, price_ticks=3000)
    bars = core_bars(core_tape(columns), 1, 20_000_000)
    high, low, close = (prices.astype(np.float64) for prices in (bars.high, bars.low, bars.close))
    expected: Floats = talib.MACD(close, 12, 26, 9)[0] / talib.ATR(high, low, close, N)
    found = column(columns, "1s_macd_12_26")
    assert np.flatnonzero(np.isfinite(found))[0] == 25
    np.testing.assert_allclose(found[33:], expected[33:], rtol=0, atol=1e-9)


def test_the_atr_agrees_with_talib() -> None:
    columns = random_tape(4, 8000, gaps=0)
    bars = core_bars(core_tape(columns), 1, 20_000_000)
    high, low, close = (prices.astype(np.float64) for prices in (bars.high, bars.low, bars.close))
    table = _core.compute(core_tape(columns), config())
    expected: Floats = talib.ATR(high, low, close, N)
    np.testing.assert_allclose(table.atr_ticks, expected, rtol=0, atol=1e-9)


def tape_of_bars(bars: list[tuple[int, ...]]) -> Columns:
    """Return a tape with the given prices in each second, and one more trade that closes the last."""
    prices = [price for bar in (*bars, bars[-1][:1]) for price in bar]
    times = [second * 1_000_000 + i for second, bar in enumerate((*bars, (0,))) for i in range(len(bar))]
    return {
        "ts_us": np.array(times),
        "price": np.array(prices, dtype=np.float64),
        "size": np.ones(len(prices)),
        "side": np.ones(len(prices), dtype=np.int8),
        "tick_direction": np.zeros(len(prices), dtype=np.int8),
        "flags": np.zeros(len(prices), dtype=np.uint8),
    }


def cents(prices: list[float]) -> list[int]:
    return [round(100 * price) for price in prices]


@pytest.mark.parametrize("vector", vectors("wilder_rsi"))
def test_rsi_vector(vector: dict[str, Any]) -> None:
    given = vector["inputs"]
    columns = tape_of_bars([(close,) for close in cents(given["close"])])
    found = 50 * (column(columns, f"1s_rsi_{given['n']}", rsi=given["n"]) + 1)
    np.testing.assert_allclose(found, np.array(vector["expected"], dtype=np.float64), rtol=0, atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("wilder_atr"))
def test_atr_vector(vector: dict[str, Any]) -> None:
    # The vector lets the first bar's range count, psky (as TA-Lib) only its close: a bar that closes inside the
    # vector's first range makes both the same.
    given = vector["inputs"]
    bars = list(zip(*(cents(given[name]) for name in ("high", "low", "close")), strict=True))
    columns = tape_of_bars([bars[0], *bars])
    found = _core.compute(core_tape(columns), config(atr=given["n"])).atr_ticks[1:] / 100
    np.testing.assert_allclose(found, np.array(vector["expected"], dtype=np.float64), rtol=0, atol=vector["tol"])
