"""Features as polars expressions over a frame of bars: a column is a row in a table. polars shares common parts itself.

Left out, since no expression of polars says them: the places of extremes in a window, and what happened since.
"""

from __future__ import annotations

import polars as pl

from psky.spec.sections import FeatureSpec

_CLOSE, _HIGH, _LOW = pl.col("close"), pl.col("high"), pl.col("low")
_SIGNED_VOLUME = 2 * pl.col("buy_volume") - pl.col("volume")
_SIGNED_COUNT = 2 * pl.col("buy_count") - pl.col("count")
_TICK_SUM = 2 * pl.col("plus") + pl.col("zero_plus") - pl.col("zero_minus") - 2 * pl.col("minus")


def polars_columns(w: FeatureSpec) -> dict[str, pl.Expr]:
    """Return the columns of one timeframe by the names of psky's schema, without the timeframe."""
    return {**_momentum(w), **_trend(w), **_volatility(w), **_volume(w), **_flow(w), **_pullback(w)}


def _momentum(w: FeatureSpec) -> dict[str, pl.Expr]:
    change = _CLOSE.diff()
    gain, loss = _wilder(change.clip(lower_bound=0), w.rsi), _wilder((-change).clip(lower_bound=0), w.rsi)
    return {
        "return_1": _CLOSE.diff(1) / _atr(w),
        "return_5": _CLOSE.diff(5) / _atr(w),
        f"rsi_{w.rsi}": 2 * gain / (gain + loss) - 1,
    }


def _trend(w: FeatureSpec) -> dict[str, pl.Expr]:
    ema = _CLOSE.ewm_mean(span=w.ema, adjust=False, min_samples=w.ema)
    plus, minus = _directional(w.adx)
    return {
        f"ema_{w.ema}_distance": (_CLOSE - ema) / _atr(w),
        f"ema_{w.ema}_slope": ema.diff() / _atr(w),
        f"adx_{w.adx}": _wilder((plus - minus).abs() / (plus + minus), w.adx),
        f"di_{w.adx}": plus - minus,
    }


def _volatility(w: FeatureSpec) -> dict[str, pl.Expr]:
    n = w.bollinger
    deviation = _CLOSE.rolling_std(n, ddof=0)
    rank = _atr(w).rolling_rank(w.rank, method="average")
    return {
        f"atr_{w.atr}_rank_{w.rank}": (rank - 0.5) / w.rank,
        f"bollinger_{n}_{w.bollinger_sd:g}": (_CLOSE - _CLOSE.rolling_mean(n)) / (w.bollinger_sd * deviation),
    }


def _volume(w: FeatureSpec) -> dict[str, pl.Expr]:
    return {
        f"{name}_ratio_{w.volume}": pl.col(name) / pl.col(name).rolling_mean(w.volume) for name in ("volume", "count")
    }


def _flow(w: FeatureSpec) -> dict[str, pl.Expr]:
    n, long = w.flow, 3 * w.flow
    volume, count = pl.col("volume"), pl.col("count")
    return {
        "volume_imbalance_1": _SIGNED_VOLUME / volume,
        f"volume_imbalance_{n}": _SIGNED_VOLUME.rolling_sum(n) / volume.rolling_sum(n),
        "count_imbalance_1": _SIGNED_COUNT / count,
        f"count_imbalance_{n}": _SIGNED_COUNT.rolling_sum(n) / count.rolling_sum(n),
        f"count_imbalance_{long}": _SIGNED_COUNT.rolling_sum(long) / count.rolling_sum(long),
        "tick_balance_1": _TICK_SUM / (2 * count),
    }


def _pullback(w: FeatureSpec) -> dict[str, pl.Expr]:
    high, low = _HIGH.rolling_max(w.swing), _LOW.rolling_min(w.swing)
    return {f"swing_position_{w.swing}": (2 * _CLOSE - high - low) / (high - low)}


def _wilder(column: pl.Expr, n: int) -> pl.Expr:
    return column.ewm_mean(alpha=1 / n, adjust=False, min_samples=n)


def _true_range() -> pl.Expr:
    before = _CLOSE.shift(1)
    return pl.max_horizontal(_HIGH, before) - pl.min_horizontal(_LOW, before)


def _atr(w: FeatureSpec) -> pl.Expr:
    return _wilder(_true_range(), w.atr)


def _directional(n: int) -> tuple[pl.Expr, pl.Expr]:
    up, down = _HIGH.diff(), -_LOW.diff()
    plus = pl.when((up > down) & (up > 0)).then(up).otherwise(0)
    minus = pl.when((down > up) & (down > 0)).then(down).otherwise(0)
    span = _wilder(_true_range(), n)
    return _wilder(plus, n) / span, _wilder(minus, n) / span
