"""The fields of a bar, each as polars and DuckDB compute it: from trades, and from shorter bars.

Trades come in order: `ts` (microseconds), `price` (ticks), `size` (lots), `side` (1 or -1), `tick` (2, 1, -1, -2).
DuckDB also sees `change`, of price from the trade before, and `turns`, whether the side is another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Aggregate = Literal["first", "last", "max", "min", "sum"]

_BUY = pl.col("side") == 1
_CHANGE = pl.col("price").diff().fill_null(0)
_TURNS = (pl.col("side") != pl.col("side").shift(1)).fill_null(value=True)
_TICKS = {"plus": 2, "zero_plus": 1, "zero_minus": -1, "minus": -2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: an aggregate of a term of each trade, and of the same field of shorter bars."""

    name: str
    aggregate: Aggregate
    term: pl.Expr
    sql_term: str

    @property
    def prepared(self) -> pl.Expr | None:
        """A column of trades for polars, which sums it faster than an expression inside of each group."""
        return None if self.term.meta.is_column() else self.term.alias(f"_{self.name}")

    @property
    def polars(self) -> pl.Expr:
        """The field from prepared trades."""
        return self._of(self.term if self.prepared is None else pl.col(f"_{self.name}"))

    @property
    def polars_rolled(self) -> pl.Expr:
        """The field from shorter bars."""
        return self._of(pl.col(self.name))

    @property
    def sql(self) -> str:
        """The field from trades."""
        return self._sql_of(self.sql_term)

    @property
    def sql_rolled(self) -> str:
        """The field from shorter bars."""
        return self._sql_of(self.name)

    def _of(self, column: pl.Expr) -> pl.Expr:
        aggregated: pl.Expr = getattr(column, self.aggregate)()
        return aggregated.alias(self.name)

    def _sql_of(self, term: str) -> str:
        # Sums of integers are 128 bits wide otherwise, for which neither polars nor numpy has a fast type.
        return f"{self.aggregate}({term}){'::BIGINT' if self.aggregate == 'sum' else ''} AS {self.name}"


def _column(name: str, aggregate: Aggregate, column: str) -> Field:
    return Field(name=name, aggregate=aggregate, term=pl.col(column), sql_term=column)


def _sum(name: str, term: pl.Expr, sql_term: str) -> Field:
    return Field(name=name, aggregate="sum", term=term, sql_term=sql_term)


FIELDS = (
    _column("open", "first", "price"),
    _column("high", "max", "price"),
    _column("low", "min", "price"),
    _column("close", "last", "price"),
    _column("volume", "sum", "size"),
    _column("largest", "max", "size"),
    _column("first_ts_us", "first", "ts"),
    _column("last_ts_us", "last", "ts"),
    _sum("turnover", pl.col("price") * pl.col("size"), "price * size"),
    _sum("count", pl.lit(1, pl.UInt32), "1"),
    _sum("buy_volume", pl.col("size") * _BUY, "CASE WHEN side = 1 THEN size ELSE 0 END"),
    _sum("buy_count", _BUY, "(side = 1)::INTEGER"),
    _sum("realised_variance", _CHANGE * _CHANGE, "change * change"),
    _sum("runs", _TURNS, "turns::INTEGER"),
    *(_sum(name, pl.col("tick") == code, f"(tick = {code})::INTEGER") for name, code in _TICKS.items()),
)
DERIVED = {
    "sell_volume": (pl.col("volume") - pl.col("buy_volume"), "volume - buy_volume"),
    "vwap": (pl.col("turnover") / pl.col("volume"), "turnover / volume"),
}
NAMES = (*(field.name for field in FIELDS), *DERIVED)
WITH_CHANGES = """
    (SELECT *, coalesce(price - lag(price) OVER (), 0) AS change, coalesce(side <> lag(side) OVER (), true) AS turns
    FROM trades)
"""
