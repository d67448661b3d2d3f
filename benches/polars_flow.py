"""The features of volume, order flow and liquidity as polars expressions."""

from __future__ import annotations

import polars as pl

from benches.polars_terms import (
    CHANGE,
    COUNT,
    SIGNED_COUNT,
    SIGNED_VOLUME,
    TICK_SUM,
    VOLUME,
    streak,
    true_range,
    wilder,
)
from psky.spec.sections import FeatureSpec


def volume(w: FeatureSpec) -> dict[str, pl.Expr]:
    """Return the columns of volume."""
    n, short = w.volume, w.flow
    terms = {"volume": VOLUME, "count": COUNT}
    ratios = {f"{name}_ratio_{n}": term / term.rolling_mean(n) for name, term in terms.items()}
    scores = {
        f"{name}_z_{n}": (term - term.rolling_mean(n)) / term.rolling_std(n, ddof=0) for name, term in terms.items()
    }
    return {**ratios, **scores, f"volume_trend_{short}_{n}": VOLUME.rolling_mean(short) / VOLUME.rolling_mean(n)}


def flow(w: FeatureSpec) -> dict[str, pl.Expr]:
    """Return the columns of order flow."""
    n, long, m = w.flow, 3 * w.flow, w.liquidity
    counts = COUNT.rolling_sum(n)
    return {
        "volume_imbalance_1": SIGNED_VOLUME / VOLUME,
        f"volume_imbalance_{n}": _imbalance(n),
        f"volume_imbalance_{long}": _imbalance(long),
        "count_imbalance_1": SIGNED_COUNT / COUNT,
        f"count_imbalance_{n}": SIGNED_COUNT.rolling_sum(n) / counts,
        f"count_imbalance_{long}": SIGNED_COUNT.rolling_sum(long) / COUNT.rolling_sum(long),
        "tick_balance_1": TICK_SUM / (2 * COUNT),
        f"tick_balance_{n}": TICK_SUM.rolling_sum(n) / (2 * counts),
        f"flow_change_{n}": _imbalance(n) - _imbalance(long),
        f"flow_streak_{n}": streak(SIGNED_COUNT.sign(), n),
        f"run_length_{n}": counts / (2 * pl.col("runs").rolling_sum(n)),
        f"intensity_{n}_{m}": COUNT.rolling_mean(n) / COUNT.rolling_mean(m),
    }


def liquidity(w: FeatureSpec) -> dict[str, pl.Expr]:
    """Return the columns of liquidity."""
    n, m = w.flow, w.liquidity
    atr = wilder(true_range(), w.atr)
    scale = VOLUME.rolling_mean(m) / atr
    mean_volume, mean_change = SIGNED_VOLUME.rolling_mean(m), CHANGE.rolling_mean(m)
    covariance = (SIGNED_VOLUME * CHANGE).rolling_mean(m) - mean_volume * mean_change
    variance, variance_of_change = SIGNED_VOLUME.rolling_var(m, ddof=0), CHANGE.rolling_var(m, ddof=0)
    traded = VOLUME > 0
    moves = pl.when(traded).then(CHANGE.abs() / VOLUME).otherwise(0.0)
    bounce = -(CHANGE * CHANGE.shift(1)).rolling_mean(m)
    sizes = VOLUME.rolling_sum(n) / COUNT.rolling_sum(n), VOLUME.rolling_sum(m) / COUNT.rolling_sum(m)
    return {
        f"toxicity_{m}": SIGNED_VOLUME.abs().rolling_sum(m) / VOLUME.rolling_sum(m),
        f"kyle_{m}": covariance / variance * scale,
        f"kyle_fit_{m}": covariance * covariance / (variance * variance_of_change),
        f"amihud_{m}": moves.rolling_sum(m) / traded.cast(pl.Int64).rolling_sum(m) * scale,
        f"roll_{m}": 2 * bounce.clip(lower_bound=0).sqrt() / atr,
        f"large_share_{n}": pl.col("largest").rolling_sum(n) / VOLUME.rolling_sum(n),
        f"trade_size_{n}_{m}": sizes[0] / sizes[1],
    }


def _imbalance(n: int) -> pl.Expr:
    return SIGNED_VOLUME.rolling_sum(n) / VOLUME.rolling_sum(n)
