"""The venue, step by step."""

from __future__ import annotations

import pytest

from psky.domain.side import Side
from psky.engine.messages import Accepted, Cancelled, Filled, Funding, order_id
from psky.engine.venue import venue_config
from psky.engine.venue_steps import NEVER_US, Ticket, Triggered, VenueSteps
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.sim_site import QUICK, SECOND_US, START_US, columns_of, sim_tape

PRICES = [100.0, 100.1, 100.0, 100.1, 100.5, 100.3, 99.0, 100.0]
LATENCY_US = 10_000


@pytest.fixture
def venue() -> VenueSteps:
    tape = sim_tape(columns_of(PRICES))
    steps = VenueSteps(tape, venue_config(replace(Spec(), QUICK), tape.instrument))
    steps.seek(2)
    return steps


def market(number: int, side: Side = Side.LONG, *, armed: bool = False, reduce_only: bool = False) -> Ticket:
    return Ticket(
        order_id=order_id(number, 0),
        side=side,
        kind="market",
        price_ticks=0,
        lots=2,
        holding=0,
        armed=armed,
        reduce_only=reduce_only,
    )


def test_an_order_arrives_fills_and_is_held(venue: VenueSteps) -> None:
    assert (venue.next_us, venue.quotes, venue.holding(0)) == (NEVER_US, (1000, 1001), None)
    sent_us = START_US + 2 * SECOND_US
    assert venue.place(sent_us, market(7)) == []
    assert venue.run(8) == []
    assert (venue.row, venue.next_us) == (3, sent_us + LATENCY_US + 1)
    assert venue.on_clock(venue.next_us) == [Accepted(order_id(7, 0), 0)]
    (fill,) = venue.run(8)

    assert isinstance(fill, Filled)
    assert (fill.row, fill.price_ticks, fill.lots, fill.ts_us) == (3, 1001, 2, START_US + 3 * SECOND_US)
    held = venue.holding(0)
    assert held is not None
    assert (held.side, held.lots, held.cost) == (Side.LONG, 2, 2002.0)
    assert venue.cash == -2002 * 10**9 - fill.fee


def test_a_waiting_limit_tells_its_trigger(venue: VenueSteps) -> None:
    ticket = Ticket(
        order_id=order_id(7, 0),
        side=Side.LONG,
        kind="limit",
        price_ticks=990,
        lots=1,
        holding=0,
        armed=True,
        rising=True,
        waits_for_ticks=1004,
    )
    venue.place(START_US, ticket)
    assert [(one.price_ticks, one.waits) for one in venue.orders()] == [(990, True)]
    venue.wait_for(ticket.order_id, 1005)
    assert venue.run(8) == [Triggered(ticket.order_id)]
    assert [type(one) for one in venue.run(8)] == [Filled]


def test_funding_and_the_end(venue: VenueSteps) -> None:
    venue.place(START_US, market(7, armed=True))
    venue.run(8)
    cash = venue.cash
    assert venue.fund(START_US + 5, 0.001, 1000) == [Funding(START_US + 5, 1_000_000, 1000)]
    assert cash - venue.cash == 2 * 10**9
    bid = Ticket(order_id=order_id(8, 0), side=Side.LONG, kind="limit", price_ticks=1, lots=1, holding=0)
    venue.place(START_US, bid)
    out = market(9, Side.SHORT, armed=True, reduce_only=True)
    venue.place(START_US, out)
    ended = venue.end()

    assert [type(one) for one in ended] == [Filled, Cancelled]
    assert venue.holding(0) is None


def test_an_order_of_no_kind_is_refused(venue: VenueSteps) -> None:
    with pytest.raises(ValueError, match="expected an order id"):
        venue.cancel(START_US, -1, armed=True)
