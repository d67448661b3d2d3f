"""The features of momentum and trend of ready-made minutes, per cell, against TA-Lib."""

from __future__ import annotations

from functools import partial
from typing import cast

import numpy as np

from benches.harness import Contest, Opponent, Result, Unit, contest_results, expect_equal
from benches.minutes import minutes
from benches.ours import SPEC, cell_names, cells
from benches.talib_features import Calls, Floats, columns_of, talib_calls, talib_columns
from benches.tape import BenchTape
from psky.market.features import MarketTable
from psky.spec.sections import Family

FAMILIES: tuple[Family, ...] = ("momentum", "trend")
# TA-Lib takes a variance from a sum of squares, which loses digits: its error, not that of its recursions.
_TOLERANCE, _TOLERANCE_OF_VARIANCE = 1e-9, 1e-6


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage: TA-Lib's calls alone, and with the arithmetic that makes them the same columns."""
    whole, tenth = minutes(tape), minutes(tape.tenth())
    bars = len(whole)
    high, low, close = (getattr(whole.columns, name).astype(np.float64) for name in ("high", "low", "close"))
    columns = talib_columns(high, low, close, SPEC.features)
    packages, work = ("TA-Lib", "numpy"), bars * len(columns)
    contest = Contest(
        stage="talib",
        unit=Unit(name="ns/cell", a_second=1e9, work=bars * len(cell_names(FAMILIES))),
        ours=partial(cells, whole.series, FAMILIES),
        tenth=partial(cells, tenth.series, FAMILIES),
        sizes=(bars, len(tenth)),
        opponents=(
            Opponent(
                against="TA-Lib, calls alone",
                packages=packages,
                run=partial(talib_calls, high, low, close, SPEC.features),
                same=partial(_same_calls, close),
                least=1.3,
                goal=2.5,
                work=work,
            ),
            Opponent(
                against="TA-Lib and numpy",
                packages=packages,
                run=partial(talib_columns, high, low, close, SPEC.features),
                same=_same,
                work=work,
            ),
        ),
    )
    return contest_results(contest, rounds)


def _same_calls(close: Floats, ours: object, theirs: object) -> None:
    _same(ours, columns_of(cast("Calls", theirs), close, SPEC.features))


def _same(ours: object, theirs: object) -> None:
    """Compare wherever TA-Lib has a number."""
    table, names = cast("MarketTable", ours), cell_names(FAMILIES)
    for name, theirs_of in cast("dict[str, Floats]", theirs).items():
        known = np.isfinite(theirs_of)
        tolerance = _TOLERANCE_OF_VARIANCE if "_z_" in name or "_r2_" in name else _TOLERANCE
        expect_equal(name, table.features[known, names.index(name)], theirs_of[known], atol=tolerance)
