"""A venue whose tape comes in pieces says what one says that has the whole tape from the start."""

from __future__ import annotations

import numpy as np
import pytest

from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.domain.trades import TradeColumns
from psky.engine.messages import order_id
from psky.engine.venue import venue_config
from psky.engine.venue_steps import Said, Ticket, VenueSteps
from psky.market.tape import batch
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.factories import tick_directions

INSTRUMENT = Instrument(symbol="X", price_decimals=0, size_decimals=0)
PRINTS, ORDERS = 3_000, 60
MINUTE_US = 60_000_000
LATE_US = 700_000


def _trades(draw: np.random.Generator) -> TradeColumns:
    """Return two days of prints, sparse and dense by turns, some at one time, some off the book."""
    waits = draw.integers(0, 4, PRINTS) * draw.choice([0, 1_000, MINUTE_US // 4], PRINTS)
    ticks = 500 + np.cumsum(draw.integers(-1, 2, PRINTS))
    return TradeColumns(
        ts_us=1_000_000 + np.cumsum(waits).astype(np.int64),
        price=ticks.astype(np.float64),
        size=draw.integers(1, 900, PRINTS).astype(np.float64),
        side=np.where(draw.random(PRINTS) < 0.5, 1, -1).astype(np.int8),
        tick_direction=tick_directions(ticks),
        flags=(draw.random(PRINTS) < 0.1).astype(np.uint8),
    )


def _said(venue: VenueSteps, until_us: int, stop: int) -> list[Said]:
    said: list[Said] = []
    while True:
        heard = venue.run(stop)
        if not heard and venue.next_us <= until_us:
            heard = venue.on_clock(venue.next_us)
        elif not heard and venue.row >= stop:
            return said
        said += heard


@pytest.mark.parametrize("fill", ["touch", "queue", "through"])
@pytest.mark.parametrize("seed", range(6))
def test_it_does_not_matter_when_prints_come_to_be_known(seed: int, fill: str) -> None:
    draw = np.random.default_rng(seed)
    trades = _trades(draw)
    config = venue_config(replace(Spec(), {"venue.fill": fill, "venue.queue_kappa": 0.5}), INSTRUMENT)
    known = int(draw.integers(1, PRINTS // 3))
    whole = VenueSteps(batch(trades, INSTRUMENT), config)
    growing = VenueSteps(batch(trades.take(slice(0, known)), INSTRUMENT), config)
    for venue in (whole, growing):
        venue.seek(known)

    queues = set()
    for number, row in enumerate(np.sort(draw.integers(known, PRINTS, ORDERS)).tolist()):
        now_us = int(trades.ts_us[row])
        # What is known are all prints until the order is sent, and sometimes more.
        sent_us = now_us + int(draw.choice([0, LATE_US]))
        enough = int(np.searchsorted(trades.ts_us, sent_us, side="right"))
        more = min(PRINTS, max(enough, known) + int(draw.integers(0, 50)))
        growing.extend(batch(trades.take(slice(known, more)), INSTRUMENT))
        known = more
        assert _said(growing, now_us, row) == _said(whole, now_us, row)
        ticket = Ticket(
            order_id=order_id(number, 0),
            side=Side.LONG if draw.random() < 0.5 else Side.SHORT,
            kind="limit",
            price_ticks=int(trades.price[row - 1]) + int(draw.integers(-3, 4)),
            lots=int(draw.integers(1, 20)),
            holding=0,
        )
        assert growing.place(sent_us, ticket) == whole.place(sent_us, ticket)
        assert growing.orders() == whole.orders()
        queues |= {order.queue_lots for order in whole.orders()}
    growing.extend(batch(trades.take(slice(known, PRINTS)), INSTRUMENT))
    end_us = int(trades.ts_us[-1])
    assert _said(growing, end_us, PRINTS) == _said(whole, end_us, PRINTS)
    assert growing.end() == whole.end()
    assert (growing.row, growing.quotes, growing.cash) == (PRINTS, whole.quotes, whole.cash)
    assert (len(queues) > 2) == (fill == "queue")


def test_prints_do_not_come_from_the_past() -> None:
    trades = _trades(np.random.default_rng(0))
    venue = VenueSteps(batch(trades.take(slice(100, 200)), INSTRUMENT), venue_config(Spec(), INSTRUMENT))
    with pytest.raises(ValueError, match="expected trades in time order"):
        venue.extend(batch(trades.take(slice(0, 50)), INSTRUMENT))


def test_a_position_that_was_opened_elsewhere_is_held_and_paid_for() -> None:
    venue = VenueSteps(batch(_trades(np.random.default_rng(0)), INSTRUMENT), venue_config(Spec(), INSTRUMENT))
    venue.restore(0, Side.SHORT, 7, 500)
    held = venue.holding(0)
    assert held is not None
    assert (held.side, held.lots, held.cost) == (Side.SHORT, 7, 3_500)
    assert venue.cash == 3_500 * 10**9
