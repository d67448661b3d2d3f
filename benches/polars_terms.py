"""What several features share, as polars expressions over a frame of bars."""

from __future__ import annotations

import polars as pl

OPEN, HIGH, LOW, CLOSE = (pl.col(name) for name in ("open", "high", "low", "close"))
VOLUME, COUNT = pl.col("volume"), pl.col("count")
CHANGE = CLOSE.diff()
SIGNED_VOLUME = 2 * pl.col("buy_volume") - VOLUME
SIGNED_COUNT = 2 * pl.col("buy_count") - COUNT
TICK_SUM = 2 * pl.col("plus") + pl.col("zero_plus") - pl.col("zero_minus") - 2 * pl.col("minus")


def wilder(column: pl.Expr, n: int) -> pl.Expr:
    """Return Wilder's average, seeded with its first value: after 1,000 bars no seed is left to see."""
    return column.ewm_mean(alpha=1 / n, adjust=False, min_samples=n)


def ema(column: pl.Expr, n: int) -> pl.Expr:
    """Return the exponential average of a span, seeded likewise."""
    return column.ewm_mean(span=n, adjust=False, min_samples=n)


def true_range() -> pl.Expr:
    """Return the range of each bar, widened to the close before it."""
    before = CLOSE.shift(1)
    return pl.max_horizontal(HIGH, before) - pl.min_horizontal(LOW, before)


def directional(n: int) -> tuple[pl.Expr, pl.Expr]:
    """Return both directional indicators, 0 to 1."""
    up, down = HIGH.diff(), -LOW.diff()
    plus = pl.when((up > down) & (up > 0)).then(up).otherwise(0)
    minus = pl.when((down > up) & (down > 0)).then(down).otherwise(0)
    span = wilder(true_range(), n)
    return wilder(plus, n) / span, wilder(minus, n) / span


def streak(sign: pl.Expr, most: int) -> pl.Expr:
    """Return how many bars in a row have the sign of the last one, signed, as a share of `most`, which is the limit."""
    number = pl.int_range(pl.len())
    begins = pl.when((sign != sign.shift(1)).fill_null(value=True)).then(number).forward_fill()
    return sign * (number - begins + 1).clip(upper_bound=most) / most
