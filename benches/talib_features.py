"""The features that TA-Lib knows, by its functions over arrays of bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import talib
from numpy.typing import NDArray

from psky.spec.sections import FeatureSpec

Floats = NDArray[np.float64]


def talib_columns(high: Floats, low: Floats, close: Floats, w: FeatureSpec) -> dict[str, Floats]:
    """Return the columns of one timeframe by the names of psky's schema, without the timeframe.

    Whatever several columns share is computed once.
    """
    atr, ema = talib.ATR(high, low, close, w.atr), talib.EMA(close, w.ema)
    upper, middle, _ = talib.BBANDS(close, w.bollinger, w.bollinger_sd, w.bollinger_sd)
    plus, minus = (of(high, low, close, w.adx) for of in (talib.PLUS_DI, talib.MINUS_DI))
    columns: dict[str, Any] = {
        "return_1": talib.MOM(close, 1) / atr,
        "return_5": talib.MOM(close, 5) / atr,
        f"rsi_{w.rsi}": talib.RSI(close, w.rsi) / 50 - 1,
        f"ema_{w.ema}_distance": (close - ema) / atr,
        f"ema_{w.ema}_slope": talib.MOM(ema, 1) / atr,
        f"adx_{w.adx}": talib.ADX(high, low, close, w.adx) / 100,
        f"di_{w.adx}": (plus - minus) / 100,
        f"bollinger_{w.bollinger}_{w.bollinger_sd:g}": (close - middle) / (upper - middle),
    }
    return columns
