"""Two strategies replayed on the same trades by psky, hftbacktest, nautilus_trader, vectorbt and backtesting.py."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sized
from functools import partial
from typing import NamedTuple, cast

from benches.harness import Contest, Opponent, Result, Unit, contest_results, measure, reported
from benches.peers import bar_backtests, comparisons, hft, nautilus
from benches.peers.market import MINUTE_US, Market, market
from benches.peers.trades import Trades, psky_trades
from benches.peers.verdicts import (
    LATENCY_US,
    TTL_US,
    Verdicts,
    crosses,
    intents,
    maker_intents,
    replayed,
    resting,
    scattered,
    spec,
    taker_intents,
)
from benches.tape import BenchTape
from psky.engine.intents import Intents
from psky.engine.loop import LedgerTables
from psky.spec.spec import Spec

SAMPLE = 200_000
"""Trades that nautilus_trader gets, which needs microseconds for each."""
HFT_LEAST, HFT_GOAL, NAUTILUS_LEAST, NAUTILUS_GOAL = 5, 20, 500, 2500
_MOST_NS = 10
"""At 100 million trades a CPU second."""
_VERDICTS = 10_000
_STOP_TICKS, _TARGET_TICKS, _HOLD_US = 1000, 1500, 60 * MINUTE_US

Comparison = Callable[[Market, Verdicts, Trades, Trades], str]


class Strategy(NamedTuple):
    """A strategy: its verdicts on a market, and how psky takes and trades them."""

    verdicts: Callable[[Market], Verdicts]
    intents: Callable[[Verdicts], Intents]
    how: Spec


CROSSES = Strategy(crosses, taker_intents, spec("queue", 0, "close"))
RESTING = Strategy(resting, maker_intents, spec("queue", LATENCY_US, "flip"))


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    whole, tenth, sample = market(tape), market(tape.tenth()), market(tape, SAMPLE)
    return [
        *contest_results(_crosses(whole, tenth, sample), rounds),
        *contest_results(_resting(whole, tenth, sample), rounds),
        _full(whole, rounds),
        _first(tape, rounds),
    ]


def _crosses(whole: Market, tenth: Market, sample: Market) -> Contest:
    verdicts, fewer = crosses(whole), crosses(sample)
    feed, ticks = hft.events(whole, verdicts, 0), nautilus.ticks(sample)
    minutes = bar_backtests.Minutes(whole, verdicts)
    against = partial(_same, CROSSES, whole)
    return Contest(
        stage="replay: EMA cross, market orders",
        unit=Unit(name="ns/trade", a_second=1e9, work=len(whole)),
        ours=_ours(CROSSES, whole),
        tenth=_ours(CROSSES, tenth),
        sizes=(len(whole), len(tenth)),
        opponents=(
            _hft(partial(hft.crossed, feed, verdicts), against(comparisons.hft_crosses)),
            _nautilus(
                sample,
                partial(nautilus.crossed, ticks, fewer),
                _same(CROSSES, sample, comparisons.nautilus_crosses),
            ),
            Opponent(
                against="vectorbt, 1m bars",
                packages=("vectorbt",),
                run=partial(bar_backtests.vectorbt_crossed, minutes),
                same=against(comparisons.bars_crosses),
                least=1,
            ),
            Opponent(
                against="backtesting.py, 1m bars",
                packages=("backtesting",),
                run=partial(bar_backtests.backtesting_crossed, minutes),
                same=against(comparisons.bars_crosses),
                least=1,
            ),
        ),
    )


def _resting(whole: Market, tenth: Market, sample: Market) -> Contest:
    verdicts, fewer = resting(whole), resting(sample)
    feed, ticks = hft.events(whole, verdicts, LATENCY_US), nautilus.ticks(sample)
    return Contest(
        stage="replay: resting post-only limits",
        unit=Unit(name="ns/trade", a_second=1e9, work=len(whole)),
        ours=_ours(RESTING, whole),
        tenth=_ours(RESTING, tenth),
        sizes=(len(whole), len(tenth)),
        opponents=(
            _hft(partial(hft.rested, feed, verdicts), _same(RESTING, whole, comparisons.hft_limits)),
            _nautilus(
                sample,
                partial(nautilus.rested, ticks, fewer),
                _same(RESTING, sample, comparisons.nautilus_limits),
            ),
        ),
    )


def _hft(run: Callable[[], Trades], same: Callable[[object, object], str]) -> Opponent:
    return Opponent(
        against="hftbacktest", packages=("hftbacktest", "numba"), run=run, same=same, least=HFT_LEAST, goal=HFT_GOAL
    )


def _nautilus(sample: Market, run: Callable[[], Trades], same: Callable[[object, object], str]) -> Opponent:
    return Opponent(
        against=f"nautilus_trader, the first {len(sample):,}",
        packages=("nautilus_trader",),
        run=run,
        same=same,
        least=NAUTILUS_LEAST,
        goal=NAUTILUS_GOAL,
        work=len(sample),
    )


def _ours(strategy: Strategy, on: Market) -> Callable[[], LedgerTables]:
    return partial(replayed, on, strategy.intents(strategy.verdicts(on)), strategy.how)


def _same(strategy: Strategy, on: Market, compare: Comparison) -> Callable[[object, object], str]:
    """Return what compares psky's trades on a market, be it a part of the tape, with another's."""
    verdicts = strategy.verdicts(on)

    def same(ours: object, theirs: object) -> str:
        del ours
        found = psky_trades(_ours(strategy, on)(), len(verdicts))
        return compare(on, verdicts, found, cast("Trades", theirs))

    return same


def _full(whole: Market, rounds: int) -> Result:
    """Return what 10,000 verdicts with near brackets cost, behind a queue, ledger included."""
    run = partial(replayed, whole, *_near(whole))
    return _reported(
        "replay: 10,000 verdicts, queue, ledger", [measure(run).cpu_s for _ in range(rounds)], whole, _MOST_NS
    )


def _near(on: Market) -> tuple[Intents, Spec]:
    verdicts = scattered(on, _VERDICTS)
    near = intents(verdicts, stop_ticks=_STOP_TICKS, target_ticks=_TARGET_TICKS, ttl_us=TTL_US, hold_us=_HOLD_US)
    return near, spec("queue", LATENCY_US, "flip", queue_kappa=1.0)


def _first(tape: BenchTape, rounds: int) -> Result:
    """Return what the first replay of a tape costs, which builds its index."""
    return _reported("replay: the first of a tape, EMA cross", [_first_s(tape) for _ in range(rounds)], tape)


def _first_s(tape: BenchTape) -> float:
    fresh = market(tape)
    return measure(_ours(CROSSES, fresh)).cpu_s


def _reported(stage: str, seconds: list[float], on: Sized, least: float | None = None) -> Result:
    return reported(stage, statistics.median(seconds) / len(on) * 1e9, "ns/trade", least)
