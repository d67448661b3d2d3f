"""Features as polars expressions over a frame of bars: a column is a row in a table. polars shares common parts itself.

Left out: what an impulse and a pullback did, which begins at the places of extremes in a window, and confirmed swings.
"""

from __future__ import annotations

import math

import polars as pl

from benches.polars_flow import flow, liquidity, volume
from benches.polars_terms import CHANGE, CLOSE, HIGH, LOW, OPEN, VOLUME, directional, ema, streak, true_range, wilder
from psky.market.bars import Bars
from psky.spec.sections import FeatureSpec

_FIELDS = (
    *("open", "high", "low", "close", "volume", "count", "buy_volume", "buy_count", "plus", "zero_plus"),
    *("zero_minus", "minus", "largest", "turnover", "realised_variance", "runs"),
)


def bars_frame(bars: Bars) -> pl.DataFrame:
    """Return bars as polars gets them."""
    return pl.DataFrame({name: getattr(bars, name) for name in _FIELDS})


def polars_columns(w: FeatureSpec) -> dict[str, pl.Expr]:
    """Return the columns of one timeframe by the names of psky's schema, without the timeframe."""
    prices = {**_momentum(w), **_averages(w), **_movement(w), **_volatility(w), **_variation(w)}
    return {**prices, **volume(w), **flow(w), **liquidity(w), **_structure(w), **_candle(w)}


def _momentum(w: FeatureSpec) -> dict[str, pl.Expr]:
    n, atr, lengths = w.returns, _atr(w), f"{w.macd_fast}_{w.macd_slow}"
    gain, loss = wilder(CHANGE.clip(lower_bound=0), w.rsi), wilder((-CHANGE).clip(lower_bound=0), w.rsi)
    deviation = CHANGE.rolling_std(n, ddof=0)
    macd = ema(CLOSE, w.macd_fast) - ema(CLOSE, w.macd_slow)
    return {
        "return_1": CHANGE / atr,
        "return_5": CLOSE.diff(5) / atr,
        f"return_1_z_{n}": CHANGE / deviation,
        f"return_5_z_{n}": CLOSE.diff(5) / (math.sqrt(5) * deviation),
        f"efficiency_{n}": CLOSE.diff(n) / CHANGE.abs().rolling_sum(n),
        f"rsi_{w.rsi}": 2 * gain / (gain + loss) - 1,
        f"macd_{lengths}": macd / atr,
        f"macd_histogram_{lengths}_{w.macd_signal}": (macd - ema(macd, w.macd_signal)) / atr,
    }


def _averages(w: FeatureSpec) -> dict[str, pl.Expr]:
    atr, columns = _atr(w), {}
    fast, middle, slow = (ema(CLOSE, span) for span in (w.ema_fast, w.ema, w.ema_slow))
    for span, average in ((w.ema_fast, fast), (w.ema, middle), (w.ema_slow, slow)):
        columns[f"ema_{span}_distance"] = (CLOSE - average) / atr
        columns[f"ema_{span}_slope"] = average.diff() / atr
    order = (fast - middle).sign() + (middle - slow).sign()
    columns[f"ema_alignment_{w.ema_fast}_{w.ema}_{w.ema_slow}"] = order / 2
    columns[f"ema_spread_{w.ema_fast}_{w.ema_slow}"] = (fast - slow) / atr
    return columns


def _movement(w: FeatureSpec) -> dict[str, pl.Expr]:
    plus, minus = directional(w.adx)
    # Bars are numbered through: a sum over a window then needs no weights, which polars is slow with.
    n, number = w.regression, pl.int_range(pl.len())
    moment = (number * CLOSE).rolling_sum(n) - (number - (n - 1) / 2) * CLOSE.rolling_sum(n)
    slope = moment / (n * (n * n - 1) / 12)
    return {
        f"adx_{w.adx}": wilder((plus - minus).abs() / (plus + minus), w.adx),
        f"di_{w.adx}": plus - minus,
        f"regression_slope_{n}": slope / _atr(w),
        f"regression_r2_{n}": slope * slope * ((n * n - 1) / 12) / CLOSE.rolling_var(n, ddof=0),
        f"regression_residual_{n}": (CLOSE - CLOSE.rolling_mean(n) - slope * ((n - 1) / 2)) / _atr(w),
    }


def _volatility(w: FeatureSpec) -> dict[str, pl.Expr]:
    n, atr, size = w.bollinger, _atr(w), HIGH - LOW
    band = w.bollinger_sd * CLOSE.rolling_std(n, ddof=0)
    parkinson = ((size * size).rolling_sum(w.returns) / (4 * math.log(2) * w.returns)).sqrt()
    return {
        f"atr_{w.atr}_rank_{w.rank}": (atr.rolling_rank(w.rank, method="average") - 0.5) / w.rank,
        f"atr_{w.atr}_ratio_{w.rank}": atr / atr.rolling_mean(w.rank),
        "range_1": size / atr,
        f"range_ratio_{w.flow}_{w.returns}": size.rolling_mean(w.flow) / size.rolling_mean(w.returns),
        f"parkinson_{w.returns}": parkinson / atr,
        f"bollinger_{n}_{w.bollinger_sd:g}": (CLOSE - CLOSE.rolling_mean(n)) / band,
        f"bollinger_{n}_{w.bollinger_sd:g}_width": 2 * band / atr,
    }


def _variation(w: FeatureSpec) -> dict[str, pl.Expr]:
    n, square = w.returns, CHANGE * CHANGE
    squares = square.rolling_sum(n)
    pairs = (CHANGE * CHANGE.shift(1)).abs().rolling_sum(n - 1)
    return {
        f"jump_share_{n}": (1 - math.pi / 2 * n / (n - 1) * pairs / squares).clip(lower_bound=0),
        f"noise_ratio_{n}": (pl.col("realised_variance").rolling_sum(n) / squares).log(2),
        f"semivariance_balance_{n}": (square * CHANGE.sign()).rolling_sum(n) / squares,
    }


def _structure(w: FeatureSpec) -> dict[str, pl.Expr]:
    high, low = HIGH.rolling_max(w.swing), LOW.rolling_min(w.swing)
    vwap = pl.col("turnover").rolling_sum(w.vwap) / VOLUME.rolling_sum(w.vwap)
    return {
        f"swing_position_{w.swing}": (2 * CLOSE - high - low) / (high - low),
        f"vwap_{w.vwap}_distance": (CLOSE - vwap) / _atr(w),
    }


def _candle(w: FeatureSpec) -> dict[str, pl.Expr]:
    size = HIGH - LOW
    wicks = pl.min_horizontal(OPEN, CLOSE) + pl.max_horizontal(OPEN, CLOSE) - LOW - HIGH
    high, low = HIGH.shift(1), LOW.shift(1)
    covers, covered = (high <= HIGH) & (low >= LOW), (high >= HIGH) & (low <= LOW)
    return {
        "candle_body": (CLOSE - OPEN) / size,
        "candle_wicks": wicks / size,
        "candle_location": (2 * CLOSE - HIGH - LOW) / size,
        "candle_gap": (OPEN - CLOSE.shift(1)) / _atr(w),
        "candle_cover": covers.cast(pl.Float64) - covered.cast(pl.Float64),
        f"close_streak_{w.flow}": streak(CHANGE.sign(), w.flow),
    }


def _atr(w: FeatureSpec) -> pl.Expr:
    return wilder(true_range(), w.atr)
