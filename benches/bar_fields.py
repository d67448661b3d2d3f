"""The fields of a bar, each as polars and DuckDB compute it: from trades, and from shorter bars.

Trades come in order: `ts` (microseconds), `price` (ticks), `size` (lots), `side` (1 or -1), `tick` (2, 1, -1, -2).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_BUY = pl.col("side") == 1
_TICKS = {"plus": 2, "zero_plus": 1, "zero_minus": -1, "minus": -2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `prepared` is a column of trades, which polars sums faster than an expression in a group."""

    name: str
    polars: pl.Expr
    polars_rolled: pl.Expr
    sql: str
    sql_rolled: str
    prepared: pl.Expr | None = None


def _sum(name: str, term: pl.Expr, sql_term: str) -> Field:
    """Return a field that adds up a term of each trade."""
    return Field(
        name=name,
        prepared=term.alias(f"_{name}"),
        polars=pl.col(f"_{name}").sum().alias(name),
        polars_rolled=pl.col(name).sum(),
        sql=f"sum({sql_term})::BIGINT",
        sql_rolled=f"sum({name})::BIGINT",
    )


FIELDS = (
    Field(
        name="open",
        polars=pl.col("price").first().alias("open"),
        polars_rolled=pl.col("open").first(),
        sql="first(price)",
        sql_rolled="first(open)",
    ),
    Field(
        name="high",
        polars=pl.col("price").max().alias("high"),
        polars_rolled=pl.col("high").max(),
        sql="max(price)",
        sql_rolled="max(high)",
    ),
    Field(
        name="low",
        polars=pl.col("price").min().alias("low"),
        polars_rolled=pl.col("low").min(),
        sql="min(price)",
        sql_rolled="min(low)",
    ),
    Field(
        name="close",
        polars=pl.col("price").last().alias("close"),
        polars_rolled=pl.col("close").last(),
        sql="last(price)",
        sql_rolled="last(close)",
    ),
    Field(
        name="volume",
        polars=pl.col("size").sum().alias("volume"),
        polars_rolled=pl.col("volume").sum(),
        sql="sum(size)::BIGINT",
        sql_rolled="sum(volume)::BIGINT",
    ),
    Field(
        name="count",
        polars=pl.len().cast(pl.Int64).alias("count"),
        polars_rolled=pl.col("count").sum(),
        sql="count(*)",
        sql_rolled="sum(count)::BIGINT",
    ),
    _sum("turnover", pl.col("price") * pl.col("size"), "price * size"),
    _sum("buy_volume", pl.col("size") * _BUY, "CASE WHEN side = 1 THEN size ELSE 0 END"),
    _sum("buy_count", _BUY, "(side = 1)::INTEGER"),
    *(_sum(name, pl.col("tick") == code, f"(tick = {code})::INTEGER") for name, code in _TICKS.items()),
)
NAMES = tuple(field.name for field in FIELDS)
