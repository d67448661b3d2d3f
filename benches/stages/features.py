"""The features of ready-made minutes, per cell, against polars expressions."""

from __future__ import annotations

from functools import partial
from typing import cast, get_args

import numpy as np
import polars as pl

from benches.harness import Contest, MismatchError, Opponent, Result, Unit, cheapest, contest_results, expect_equal
from benches.minutes import Minutes, minutes
from benches.ours import SPEC, cell_names, cells
from benches.polars_features import bars_frame, polars_columns
from benches.tape import BenchTape
from psky.market.features import MarketTable
from psky.spec.sections import Family

# The others are not of a timeframe's closed bars.
FAMILIES: tuple[Family, ...] = tuple(
    family for family in get_args(Family) if family not in {"forming", "agreement", "clock"}
)
# Bars after which averages with other seeds than psky's have forgotten them.
FORGOTTEN = 1000
_TOLERANCE = 1e-6


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    whole, tenth = minutes(tape), minutes(tape.tenth())
    frame, bars = bars_frame(whole.columns), len(whole)
    floats = frame.cast(pl.Float64)
    contest = Contest(
        stage="features",
        unit=Unit(name="ns/cell", a_second=1e9, work=bars * len(cell_names(FAMILIES))),
        ours=partial(cells, whole.series, FAMILIES),
        tenth=partial(cells, tenth.series, FAMILIES),
        sizes=(bars, len(tenth)),
        opponents=(
            Opponent(
                against="polars",
                packages=("polars",),
                run=cheapest([partial(_selected, frame), partial(_selected, floats)]),
                same=partial(_same, whole),
                least=10,
                goal=25,
                work=bars * len(polars_columns(SPEC.features)),
            ),
        ),
    )
    return contest_results(contest, rounds)


def _selected(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.lazy().select(**polars_columns(SPEC.features)).collect()


def _same(made: Minutes, ours: object, theirs: object) -> None:
    """Compare minutes with a trade and a range: elsewhere polars divides by nothing."""
    table, frame = cast("MarketTable", ours), cast("pl.DataFrame", theirs)
    rows = (np.arange(len(made)) >= FORGOTTEN) & (made.columns.count > 0) & (made.columns.high > made.columns.low)
    if not rows.any():
        raise MismatchError(f"expected minutes after the first {FORGOTTEN} to compare, found none")
    names = cell_names(FAMILIES)
    for name in frame.columns:
        column = table.features[:, names.index(name)]
        expect_equal(name, column[rows], frame[name].to_numpy()[rows], atol=_TOLERANCE)
