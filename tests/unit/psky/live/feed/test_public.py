"""The public side of a market, heard at a simulator: nothing twice, no hole in silence, and the funding to come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.domain.time import steady_us
from psky.live.environments import environment
from psky.live.feed import public
from psky.live.feed.public import News, NextFunding, PublicFeed, listening
from psky.live.feed.trades import PublicTrade
from psky.simulator.faults import Fault, FaultPlan
from tests.sim_site import INSTRUMENT, SECOND_US, START_US, SYMBOL, Pacer, Sim, columns_of, pacer, sim_tape, simulated

PRINTS, FIRST = 3_000, 100
STAMP_US = START_US + 150 * SECOND_US
FUNDING = Funding(ts_us=np.array([STAMP_US]), rate=np.array([2e-4]), mark=np.array([np.nan]))


@pytest.fixture
def sim() -> Iterator[Sim]:
    tape = sim_tape(columns_of([100 + (row % 7) / 10 for row in range(PRINTS)]), FUNDING, first_row=FIRST)
    with simulated(tape) as running:
        yield running


@pytest.fixture
def moving(sim: Sim) -> Iterator[Pacer]:
    with pacer(sim) as client:
        yield client


@pytest.fixture
def feed(sim: Sim) -> Iterator[PublicFeed]:
    with listening(environment("paper", sim.url), SYMBOL, stale_s=2.0) as heard:
        heard.begin_after(START_US + (FIRST - 11) * SECOND_US)
        yield heard


def heard_until(feed: PublicFeed, holds: Callable[[list[News]], bool]) -> list[News]:
    news, end_s = list[News](), time.monotonic() + 20
    while not holds(news):
        assert time.monotonic() < end_s, news
        news += feed.hear(0.05)
    return news


def trades_of(news: list[News]) -> list[PublicTrade]:
    return [trade for one in news for trade in one.trades]


def rows_of(news: list[News]) -> list[int]:
    return [trade.feed_seq for trade in trades_of(news)]


def test_it_begins_with_what_rest_has_and_goes_on_with_the_stream(feed: PublicFeed, moving: Pacer) -> None:
    news = heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 10)
    moving.until(FIRST + 50)
    news += heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 50)
    assert rows_of(news) == list(range(FIRST - 10, FIRST + 50))
    assert [one.gap.filled for one in news if one.gap] == [10]
    assert (feed.rules.symbol, feed.rules.tick) == (SYMBOL, INSTRUMENT.tick)


def test_it_knows_the_markets_time(feed: PublicFeed, sim: Sim) -> None:
    assert feed.clock.market_us(steady_us()) == sim.get("/sim/time")["ts_us"]


def test_it_tells_how_far_our_clock_is_off(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> None:
    sim.site.faults.use(FaultPlan(skew_ms=7_000))
    with listening(environment("paper", sim.url), SYMBOL, stale_s=60.0) as feed:
        found = [feed.skew_us]
        monkeypatch.setattr(public, "CLOCK_S", 0.0)
        sim.site.faults.use(FaultPlan(skew_ms=-7_000))
        found += [one.skew_us for one in feed.hear(0.01) if one.skew_us is not None]
    # Half of the time that an answer may take is nobody's.
    assert [5_000_000 < abs(one) <= 7_001_000 for one in found] == [True, True]
    assert [one > 0 for one in found] == [False, True]


def test_it_tells_the_next_funding_with_the_mark_of_now(feed: PublicFeed, moving: Pacer) -> None:
    moving.until(FIRST + 2)
    now = NextFunding(ts_us=STAMP_US, rate=2e-4, mark=100 + ((FIRST + 1) % 7) / 10)
    news = heard_until(feed, lambda so_far: any(one.funding == now for one in so_far))
    assert {one.funding.ts_us for one in news if one.funding} == {STAMP_US}


@pytest.mark.parametrize("kind", ["cut", "silent"])
def test_what_a_lost_connection_missed_is_fetched(kind: str, feed: PublicFeed, moving: Pacer, sim: Sim) -> None:
    moving.until(FIRST + 10)
    news = heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 20)
    fault = Fault(kind=kind, on="public", count=1, seconds=600.0)  # type: ignore[arg-type]
    sim.site.faults.use(FaultPlan(faults=(fault,)))
    moving.until(FIRST + 500)
    news += heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 490)
    moving.until(FIRST + 520)
    news += heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 20)
    assert rows_of(news) == list(range(FIRST - 10, FIRST + 520))
    assert max(one.gap.filled for one in news if one.gap) > 400


def test_what_rest_no_longer_has_is_a_gap(feed: PublicFeed, moving: Pacer, sim: Sim) -> None:
    heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 10)
    sim.site.faults.use(FaultPlan(faults=(Fault(kind="cut", on="public", count=1),)))
    moving.until(FIRST + 2_000)
    news = heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 1_000)
    (gap,) = [one.gap for one in news if one.gap]
    assert rows_of(news) == list(range(FIRST + 1_000, FIRST + 2_000))
    assert (gap.filled, gap.start_us) == (0, START_US + (FIRST - 1) * SECOND_US)
    assert gap.end_us == START_US + (FIRST + 1_000) * SECOND_US


def test_what_comes_twice_is_told_once(feed: PublicFeed, moving: Pacer, sim: Sim) -> None:
    sim.site.faults.use(FaultPlan(faults=(Fault(kind="duplicate", on="public"),)))
    for second in range(FIRST + 1, FIRST + 30):
        moving.until(second)
    news = heard_until(feed, lambda so_far: len(trades_of(so_far)) >= 39)
    news += feed.hear(0.2)
    assert rows_of(news) == list(range(FIRST - 10, FIRST + 29))


def test_it_is_over_when_all_was_heard(feed: PublicFeed, moving: Pacer) -> None:
    moving.step(None)
    news = heard_until(feed, lambda so_far: any(one.over for one in so_far))
    assert rows_of(news)[-1] == PRINTS - 1
    assert [one.over for one in news].index(True) == len(news) - 1
