"""CSV text to typed, validated columns, against polars reading to the same types with the same checks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal, cast

import numpy as np
import polars as pl

from benches.harness import Contest, MismatchError, Opponent, Result, Unit, cheapest, contest_results, expect_equal
from benches.tape import COLUMNS, TICK_WORDS, BenchTape
from psky.domain.trades import TradeColumns
from psky.market.trade_files import TradeFile

TICK_CODES = (-2, -1, 1, 2)
_SCHEMA = pl.Schema(
    {
        "timestamp": pl.Float64,
        "price": pl.Float64,
        "size": pl.Float64,
        "side": pl.String,
        "tickDirection": pl.String,
    }
)
# The rows that psky accepts: times of this age, positive prices and sizes, words that are known.
_IS_TRADE = (
    pl.col("ts_us").is_between(100_000_000_000_000, 10_000_000_000_000_000)
    & (pl.col("price") > 0)
    & (pl.col("size") > 0)
    & pl.col("side").is_not_null()
    & pl.col("tick_direction").is_not_null()
)

Engine = Literal["in-memory", "streaming"]
ENGINES: tuple[Engine, ...] = ("in-memory", "streaming")


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    tenth = tape.tenth()
    contest = Contest(
        stage="parse",
        unit=Unit(name="ns/row", a_second=1e9, work=len(tape)),
        ours=partial(parsed, tape.csv),
        tenth=partial(parsed, tenth.csv),
        sizes=(len(tape), len(tenth)),
        opponents=(
            Opponent(
                against="polars",
                packages=("polars",),
                run=cheapest([partial(_collected, tape.csv, engine) for engine in ENGINES]),
                same=_same,
                least=5,
                goal=12,
            ),
        ),
    )
    return contest_results(contest, rounds)


def parsed(paths: Sequence[Path]) -> list[TradeColumns]:
    """Return the trades of files, in batches."""
    return [batch.columns for path in paths for batch in TradeFile(path)]


def typed(paths: Sequence[Path]) -> pl.LazyFrame:
    """Return the same columns by polars; a word that is none gives null."""
    ticks = _code("tickDirection", TICK_WORDS, TICK_CODES)
    sides = _code("side", ("Buy", "Sell"), (1, -1))
    time = (pl.col("timestamp") * 1e6).round().cast(pl.Int64)
    columns = (time.alias("ts_us"), "price", "size", sides.alias("side"), ticks.alias("tick_direction"))
    flags = pl.lit(0, pl.UInt8).alias("flags")
    return pl.scan_csv(list(paths), schema=_SCHEMA).select(*columns, flags)


def _code(column: str, words: Sequence[str], codes: Sequence[int]) -> pl.Expr:
    """Return the code of each word; comparing beats `replace_strict`, which hashes."""
    branches = (pl.when(pl.col(column) == word).then(code) for word, code in zip(words, codes, strict=True))
    return pl.coalesce(branches).cast(pl.Int8)


def _collected(paths: Sequence[Path], engine: Engine) -> pl.DataFrame:
    return typed(paths).filter(_IS_TRADE).collect(engine=engine)


def _same(ours: object, theirs: object) -> None:
    batches, frame = cast("list[TradeColumns]", ours), cast("pl.DataFrame", theirs)
    for name in COLUMNS:
        column = np.concatenate([getattr(batch, name) for batch in batches])
        expect_equal(name, column, frame[name].to_numpy())
        if column.dtype != frame[name].to_numpy().dtype:
            raise MismatchError(f"{name}: expected equal types, found {column.dtype} and {frame[name].dtype}")
