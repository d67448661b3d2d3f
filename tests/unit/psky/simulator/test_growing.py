"""An exchange whose tape grows: what it shows, what it does at a gap, and what an account may begin with."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import numpy as np
import pytest

from psky.domain.side import Side
from psky.domain.trades import TradeColumns
from psky.engine.venue import venue_config
from psky.engine.venue_steps import NEVER_US
from psky.market.tape import batch
from psky.simulator.clock import HeldClock
from psky.simulator.config import SimConfig
from psky.simulator.exchange import Exchange
from psky.simulator.growing import GrowingTape
from psky.simulator.market import Market
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.sim_site import INSTRUMENT, QUICK, SECOND_US, START_US, columns_of, sim_tape

PAST, ALL = 5, 10_000
TRADES = columns_of([100 + (row % 7) / 10 for row in range(ALL)])


def grown(*ends: int) -> GrowingTape:
    """Return a tape that grew from the past by pieces."""
    tape, start = GrowingTape(batch(_part(0, PAST), INSTRUMENT), _part(0, PAST), np.arange(PAST) + 70), PAST
    for end in ends:
        tape.append(batch(_part(start, end), INSTRUMENT), _part(start, end), np.arange(start, end) + 70)
        start = end
    return tape


def _part(start: int, end: int) -> TradeColumns:
    return TRADES.take(slice(start, end))


def exchange_of(tape: GrowingTape, **config: object) -> Exchange:
    settings = SimConfig(**config)  # type: ignore[arg-type]
    venue = venue_config(replace(Spec(), QUICK), INSTRUMENT)
    return Exchange(tape, venue, settings, HeldClock(tape.start_us))


def test_it_is_the_tape_of_all_its_trades() -> None:
    tape, whole = grown(6, 5_000, 5_000, ALL), sim_tape(TRADES, first_row=PAST)
    assert (len(tape), tape.first_row) == (len(whole), whole.first_row)
    for name in ("ts_us", "price_ticks", "lots", "side", "tick_direction", "flags"):
        np.testing.assert_array_equal(getattr(tape, name), getattr(whole, name))
    assert [tape.seq(row) for row in (0, 6, ALL - 1)] == [70, 76, ALL + 69]
    for seconds in (-1, 0, 17, ALL):
        assert tape.first_at(START_US + seconds * SECOND_US) == whole.first_at(START_US + seconds * SECOND_US)


def test_it_begins_after_its_past_and_ends_when_told() -> None:
    tape = grown(7)
    assert tape.start_us == START_US + (PAST - 1) * SECOND_US + 1
    assert (tape.end_us, tape.has_ended(7)) == (NEVER_US, False)
    tape.end()
    assert (tape.end_us, tape.has_ended(6), tape.has_ended(7)) == (START_US + 6 * SECOND_US, False, True)


def test_recent_trades_do_not_reach_over_a_gap() -> None:
    tape = grown(8)
    exchange = exchange_of(tape)
    exchange.venue.extend(batch(_part(PAST, 8), INSTRUMENT))
    exchange.step(NEVER_US)
    market = Market(exchange)
    assert [row["seq"] for row in market.recent_trades(5)] == ["77", "76", "75", "74", "73"]
    tape.lose()
    assert market.recent_trades(5) == []
    tape.append(batch(_part(9, 11), INSTRUMENT), _part(9, 11), np.array([90, 91]))
    exchange.venue.extend(batch(_part(9, 11), INSTRUMENT))
    exchange.step(NEVER_US)
    assert [row["seq"] for row in market.recent_trades(5)] == ["91", "90"]


def test_the_next_funding_is_what_was_last_said_of_it() -> None:
    tape = grown()
    tape.expect_funding(1_000, 1e-4, 100.0)
    tape.expect_funding(1_000, 2e-4, 101.0)
    tape.expect_funding(2_000, 3e-4, 102.0)
    tape.expect_funding(1_500, 4e-4, 103.0)  # the exchange shortened its interval
    assert tape.funding.ts_us.tolist() == [1_000, 1_500]
    assert tape.funding.rate.tolist() == [2e-4, 4e-4]
    assert tape.funding.mark.tolist() == [101.0, 103.0]


def test_a_position_pays_funding_that_was_told_after_it_opened() -> None:
    tape = grown(8)
    exchange = exchange_of(tape, position_lots=4_000, entry_ticks=1_000)
    stamp_us = START_US + 6 * SECOND_US + 1
    tape.expect_funding(stamp_us, 0.01, 100.0)
    exchange.venue.extend(batch(_part(PAST, 8), INSTRUMENT))
    while exchange.step(stamp_us) is not None:
        pass
    (paid,) = exchange.executions
    assert (paid["execType"], Decimal(paid["execFee"])) == ("Funding", Decimal(4))
    assert exchange.account.wallet == exchange.account.deposited - 4


@pytest.mark.parametrize("lots", [3, -3])
def test_an_account_can_begin_with_a_position_and_its_books_agree(lots: int) -> None:
    exchange = exchange_of(grown(), balance=Decimal(500), position_lots=lots, entry_ticks=990)
    held = exchange.account.positions[0]
    assert (held.side, held.lots, held.mean_ticks) == (Side.LONG if lots > 0 else Side.SHORT, 3, Decimal(990))
    numbers, mark = exchange.numbers, exchange.mark_ticks
    exact = exchange.account.deposited + numbers.money(exchange.venue.cash) + numbers.value(lots * mark)
    assert exact == exchange.account.wallet + exchange.account.unrealised_all(mark)
    assert exact != 500


def test_ids_of_two_instances_differ() -> None:
    ids = {exchange_of(grown(), instance=name).execution_id(1) for name in ("", "-1", "-2")}
    names = {exchange_of(grown(), instance=name).book.next_order_id() for name in ("", "-1", "-2")}
    assert (len(ids), len(names)) == (3, 3)


def test_a_time_is_reached_with_the_first_print_at_or_after_it_or_with_the_end() -> None:
    tape, heard = grown(), list[str]()

    async def wait(name: str, seconds: int) -> None:
        await tape.reach(START_US + seconds * SECOND_US)
        heard.append(name)

    async def grow() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait("known", PAST - 1))
            group.create_task(wait("next", PAST))
            group.create_task(wait("never", ALL))
            await asyncio.sleep(0)
            assert heard == ["known"]
            tape.append(batch(_part(PAST, 6), INSTRUMENT), _part(PAST, 6), np.array([1]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert heard == ["known", "next"]
            tape.end()

    asyncio.run(grow())
    assert heard == ["known", "next", "never"]
