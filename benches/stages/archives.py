"""Day archives, .csv.gz, to the bars of five timeframes, against polars reading the same files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from benches.bar_opponents import POLARS
from benches.harness import Contest, Opponent, Result, Unit, cheapest, contest_results
from benches.ours import bars_of_files
from benches.stages.bars import same
from benches.stages.parse import typed
from benches.tape import LOTS_A_UNIT, TICKS_A_UNIT, BenchTape


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    tenth = tape.tenth()
    trades = _polars_trades(tape.archives)
    contest = Contest(
        stage="archives",
        unit=Unit(name="ns/trade", a_second=1e9, work=len(tape)),
        ours=partial(bars_of_files, tape.archives),
        tenth=partial(bars_of_files, tenth.archives),
        sizes=(len(tape), len(tenth)),
        opponents=(
            Opponent(
                against="polars",
                packages=("polars",),
                run=cheapest([partial(bars_of, trades) for bars_of in POLARS]),
                same=same,
                least=2,
                goal=3,
            ),
        ),
    )
    return contest_results(contest, rounds)


def _polars_trades(paths: Sequence[Path]) -> pl.LazyFrame:
    return typed(paths).select(
        pl.col("ts_us").cast(pl.Datetime("us")).set_sorted().alias("ts"),
        (pl.col("price") * TICKS_A_UNIT).round().cast(pl.Int64),
        (pl.col("size") * LOTS_A_UNIT).round().cast(pl.Int64),
        "side",
        pl.col("tick_direction").alias("tick"),
    )
