"""The live path: a trade inside of a bar, a trade pushed alone from Python, a trade that closes all timeframes."""

from __future__ import annotations

import dataclasses
import statistics
import time
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benches.harness import Cost, Result, growth, interleaved, reported
from benches.ours import INSTRUMENT, SPEC
from benches.stages.bars import market_tape
from benches.tape import BenchTape
from psky.domain.time import TIMEFRAMES, timeframe_s
from psky.market.stream import MarketStream
from psky.market.tape import MarketTape, tape_from_columns

_INSIDE_US = 59_000_000
_LONGEST_US = timeframe_s(TIMEFRAMES[-1]) * 1_000_000
_ALONE = 100_000


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    inside, whole, tenth = _inside_one_bar(tape), market_tape(tape), market_tape(tape.tenth())
    alone = min(_ALONE, len(inside))
    costs = interleaved(
        [
            partial(_push, inside),
            partial(_push_alone, inside, alone),
            partial(_push, whole),
            partial(_push, tenth),
        ],
        rounds,
    )
    inside_s, alone_s, whole_s, tenth_s = (_median_cpu(column) for column in costs)
    exponent = growth(whole_s, tenth_s, (len(whole), len(tenth)))
    closing_s = statistics.median(_closing_pushes(whole, tape.columns.ts_us))
    return [
        reported("live: trade in a bar", inside_s / len(inside) * 1e9, "ns", least=100, goal=10),
        reported("live: trade by a call", alone_s / alone * 1e9, "ns"),
        dataclasses.replace(
            reported("live: trade, bars and features", whole_s / len(whole) * 1e9, "ns"),
            exponent=exponent,
        ),
        reported("live: closing trade", closing_s * 1e6, "us", least=50, goal=15),
    ]


def _inside_one_bar(tape: BenchTape) -> MarketTape:
    """Return the trades moved into one minute: pushing them closes nothing."""
    start_us = tape.columns.ts_us[0]
    ts_us = start_us + np.linspace(0, _INSIDE_US, len(tape)).astype(np.int64)
    return tape_from_columns(dataclasses.replace(tape.columns, ts_us=ts_us), INSTRUMENT, "benches")


def _push(tape: MarketTape) -> MarketStream:
    market = MarketStream(SPEC)
    market.push(tape)
    return market


def _push_alone(tape: MarketTape, count: int) -> MarketStream:
    market = MarketStream(SPEC)
    for row in range(count):
        market.push(tape, row, row + 1)
    return market


def _closing_pushes(tape: MarketTape, ts_us: NDArray[np.int64]) -> list[float]:
    """Return CPU seconds of each push of the trade that ends a bar of the longest timeframe, once all are warm.

    Rows are taken after each, as a live driver does. The figure includes the call from Python.
    """
    market, last, seconds = MarketStream(SPEC), 0, []
    for row in _first_rows(ts_us):
        market.push(tape, last, row)
        market.take()
        start = time.thread_time_ns()
        market.push(tape, row, row + 1)
        seconds.append((time.thread_time_ns() - start) / 1e9)
        last = row + 1
    return seconds[len(seconds) // 2 :]


def _first_rows(ts_us: NDArray[np.int64]) -> list[int]:
    """Return the rows that are the first of a new bar of the longest timeframe."""
    bar = ts_us // _LONGEST_US
    rows: list[int] = (np.flatnonzero(np.diff(bar)) + 1).tolist()
    return rows


def _median_cpu(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu_s for cost in costs)
