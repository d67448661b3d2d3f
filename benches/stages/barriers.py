"""20,000 first passages over four hours on the path of trades, lowest and highest included, against a numba scan."""

from __future__ import annotations

import statistics
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benches.harness import Contest, Opponent, Result, Unit, contest_results, expect_equal, measure, reported
from benches.numba_barriers import Paths, first_rows, passages
from benches.stages.bars import market_tape
from benches.tape import TICKS_A_UNIT, BenchTape
from psky.domain.time import SECOND_US
from psky.engine.path import FirstPassages, PathIndex
from psky.market.tape import MarketTape

_PATHS = 20_000
_HOLD_US = 4 * 3600 * SECOND_US
_SEED = 20_260_102
_WIDE_TICKS, _NARROW_TICKS = 60_000, 300


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage: barriers hardly ever reached, near ones, and the index that both are found with."""
    market = market_tape(tape)
    ts_us, ticks = tape.columns.ts_us, np.rint(tape.columns.price * TICKS_A_UNIT).astype(np.int64)
    wide = _contest("barriers: wide", market, ts_us, ticks, _WIDE_TICKS, bars=(50, 300))
    narrow = _contest("barriers: 300 ticks", market, ts_us, ticks, _NARROW_TICKS, bars=(None, None))
    return [*contest_results(wide, rounds), *contest_results(narrow, rounds), _building(tape, rounds)]


def _contest(
    stage: str,
    market: MarketTape,
    ts_us: NDArray[np.int64],
    ticks: NDArray[np.int64],
    width: int,
    bars: tuple[float | None, float | None],
) -> Contest:
    paths = _paths(ts_us, ticks, width)
    fewer = Paths(*(column[: _PATHS // 10] for column in paths))
    index = PathIndex(market)
    least, goal = bars
    return Contest(
        stage=stage,
        unit=Unit(name="us/path", a_second=1e6, work=_PATHS),
        ours=partial(_found, index, paths),
        tenth=partial(_found, index, fewer),
        sizes=(_PATHS, len(fewer.start_us)),
        opponents=(
            Opponent(
                against="numba, lowest and highest",
                packages=("numba",),
                run=partial(passages, ts_us, ticks, paths),
                same=_same,
                least=least,
                goal=goal,
            ),
            Opponent(
                against="numba, rows alone",
                packages=("numba",),
                run=partial(first_rows, ts_us, ticks, paths),
                same=_same_rows,
            ),
        ),
    )


def _paths(ts_us: NDArray[np.int64], ticks: NDArray[np.int64], width: int) -> Paths:
    """Return paths that begin anywhere, in no order, each between levels `width` ticks from its first price."""
    start_us = np.random.default_rng(_SEED).integers(ts_us[0], ts_us[-1] - _HOLD_US, _PATHS)
    price = ticks[np.searchsorted(ts_us, start_us)]
    return Paths(start_us, price - width, price + width, start_us + _HOLD_US)


def _found(index: PathIndex, paths: Paths) -> FirstPassages:
    return index.first_passage(*paths)


def _building(tape: BenchTape, rounds: int) -> Result:
    """Return what the first search of a tape costs, which builds its index; a live tape or a tape again has it."""
    seconds = [_first_search_s(tape) for _ in range(rounds)]
    return reported("barriers: building the index", statistics.median(seconds) / len(tape) * 1e9, "ns/trade")


def _first_search_s(tape: BenchTape) -> float:
    start_us = int(tape.columns.ts_us[0])
    path = Paths(*(np.array([value], dtype=np.int64) for value in (start_us, 0, 1, start_us + 1)))
    return measure(partial(_found, PathIndex(market_tape(tape)), path)).cpu_s


def _same(ours: object, theirs: object) -> None:
    found, (rows, lowest, highest) = cast("FirstPassages", ours), cast("tuple[NDArray[np.int64], ...]", theirs)
    expect_equal("row", found.row, rows)
    expect_equal("lowest", found.lowest, lowest)
    expect_equal("highest", found.highest, highest)


def _same_rows(ours: object, theirs: object) -> None:
    expect_equal("row", cast("FirstPassages", ours).row, cast("NDArray[np.int64]", theirs))
