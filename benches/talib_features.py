"""The features of momentum and trend that TA-Lib knows, by its functions over arrays of bars.

All but the efficiency ratio. Of two ways the cheaper one is taken: the end of the regression line follows from mean and
slope, and R2 from slope and variance, which cost less than `LINEARREG` and `CORREL`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import talib
from numpy.typing import NDArray

from psky.spec.sections import FeatureSpec

Floats = NDArray[np.float64]
Calls = dict[str, Any]


def talib_columns(high: Floats, low: Floats, close: Floats, w: FeatureSpec) -> dict[str, Floats]:
    """Return the columns of one timeframe by the names of psky's schema, without the timeframe.

    Whatever several columns share is computed once.
    """
    return columns_of(talib_calls(high, low, close, w), close, w)


def talib_calls(high: Floats, low: Floats, close: Floats, w: FeatureSpec) -> Calls:
    """Return what TA-Lib itself computes."""
    step, n = talib.MOM(close, 1), w.regression
    macd, _, histogram = talib.MACD(close, w.macd_fast, w.macd_slow, w.macd_signal)
    return {
        "atr": talib.ATR(high, low, close, w.atr),
        "step": step,
        "steps": talib.MOM(close, 5),
        "deviation": talib.STDDEV(step, w.returns, 1.0),
        "rsi": talib.RSI(close, w.rsi),
        "macd": macd,
        "histogram": histogram,
        "ema": [talib.EMA(close, span) for span in (w.ema_fast, w.ema, w.ema_slow)],
        "adx": talib.ADX(high, low, close, w.adx),
        "plus": talib.PLUS_DI(high, low, close, w.adx),
        "minus": talib.MINUS_DI(high, low, close, w.adx),
        "slope": talib.LINEARREG_SLOPE(close, n),
        "mean": talib.SMA(close, n),
        "variance": talib.VAR(close, n, 1.0),
    }


def columns_of(calls: Calls, close: Floats, w: FeatureSpec) -> dict[str, Floats]:
    """Return the columns from what TA-Lib computed, by numpy."""
    return {**_momentum(calls, w), **_averages(calls, close, w), **_movement(calls, close, w)}


def _momentum(calls: Calls, w: FeatureSpec) -> dict[str, Any]:
    atr, step, steps, deviation = (calls[name] for name in ("atr", "step", "steps", "deviation"))
    lengths = f"{w.macd_fast}_{w.macd_slow}"
    return {
        "return_1": step / atr,
        "return_5": steps / atr,
        f"return_1_z_{w.returns}": step / deviation,
        f"return_5_z_{w.returns}": steps / (np.sqrt(5) * deviation),
        f"rsi_{w.rsi}": calls["rsi"] / 50 - 1,
        f"macd_{lengths}": calls["macd"] / atr,
        f"macd_histogram_{lengths}_{w.macd_signal}": calls["histogram"] / atr,
    }


def _averages(calls: Calls, close: Floats, w: FeatureSpec) -> dict[str, Any]:
    spans, atr = (w.ema_fast, w.ema, w.ema_slow), calls["atr"]
    fast, middle, slow = calls["ema"]
    columns = {}
    for span, ema in zip(spans, calls["ema"], strict=True):
        columns[f"ema_{span}_distance"] = (close - ema) / atr
        columns[f"ema_{span}_slope"] = np.diff(ema, prepend=np.nan) / atr
    order = np.sign(fast - middle) + np.sign(middle - slow)
    columns[f"ema_alignment_{w.ema_fast}_{w.ema}_{w.ema_slow}"] = order / 2
    columns[f"ema_spread_{w.ema_fast}_{w.ema_slow}"] = (fast - slow) / atr
    return columns


def _movement(calls: Calls, close: Floats, w: FeatureSpec) -> dict[str, Any]:
    atr, slope, n = calls["atr"], calls["slope"], w.regression
    return {
        f"adx_{w.adx}": calls["adx"] / 100,
        f"di_{w.adx}": (calls["plus"] - calls["minus"]) / 100,
        f"regression_slope_{n}": slope / atr,
        f"regression_r2_{n}": slope * slope * ((n * n - 1) / 12) / calls["variance"],
        f"regression_residual_{n}": (close - calls["mean"] - slope * ((n - 1) / 2)) / atr,
    }
