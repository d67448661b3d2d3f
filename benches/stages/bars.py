"""Trades in memory to the bars of five timeframes, all fields, against polars and DuckDB."""

from __future__ import annotations

from functools import partial
from typing import cast

from benches.bar_opponents import POLARS, DuckBars, Frames, expect_same_bars, trades_frame
from benches.harness import Contest, Opponent, Result, Unit, cheapest, contest_results
from benches.ours import INSTRUMENT, MAX_GAP_S
from benches.tape import BenchTape
from psky.domain.time import TIMEFRAMES
from psky.market.bars import Bars, all_bars
from psky.market.tape import MarketTape, tape_from_columns


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    market, tenth = market_tape(tape), market_tape(tape.tenth())
    frame = trades_frame(tape.columns)
    duck = DuckBars(frame)
    contest = Contest(
        stage="bars",
        unit=Unit(name="ns/trade", a_second=1e9, work=len(tape)),
        ours=partial(all_bars, market, TIMEFRAMES, MAX_GAP_S),
        tenth=partial(all_bars, tenth, TIMEFRAMES, MAX_GAP_S),
        sizes=(len(market), len(tenth)),
        opponents=(
            Opponent(
                against="polars",
                packages=("polars",),
                run=cheapest([partial(bars_of, frame.lazy()) for bars_of in POLARS]),
                same=same,
                least=12,
                goal=25,
            ),
            Opponent(
                against="duckdb",
                packages=("duckdb",),
                run=cheapest([duck.time_bucket, duck.date_trunc]),
                same=same,
                least=12,
                goal=25,
            ),
        ),
    )
    return contest_results(contest, rounds)


def market_tape(tape: BenchTape) -> MarketTape:
    """Return the trades as psky holds them."""
    return tape_from_columns(tape.columns, INSTRUMENT, "benches")


def same(ours: object, theirs: object) -> None:
    """Raise MismatchError unless both sides' bars agree."""
    expect_same_bars(cast("dict[str, Bars]", ours), cast("Frames", theirs))
