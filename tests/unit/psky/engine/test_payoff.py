from __future__ import annotations

import numpy as np
import pytest

from psky._core import VenueConfig, outcomes, payoffs
from psky.domain.instrument import Instrument
from psky.engine.codes import Status
from psky.engine.payoff import payoffs as payoffs_in_r
from psky.engine.venue import venue_config
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.engine_cases import random_intents, random_prints, tape, venue

COSTS = {"maker_fee_rate": 0.0002, "taker_fee_rate": 0.0006, "slippage_ticks": 2}


@pytest.mark.parametrize("maker", [True, False])
def test_what_is_expected_is_what_is_booked(*, maker: bool) -> None:
    prints = random_prints(11, n=2000)
    # One lot, so that a taker enters at one price.
    intents = random_intents(11, prints, 200, maker=maker, most_lots=1)
    found = outcomes(tape(prints), intents, venue(**COSTS))

    win_r, loss_r = payoffs(intents, found.entry_ticks, venue(**COSTS))

    won, lost = found.status == Status.TARGET, found.status == Status.STOP
    unslipped = lost & (found.exit_ticks == found.entry_ticks - intents.side * (intents.stop_distance_ticks + 2))
    assert won.sum() > 5
    assert unslipped.sum() > 5
    np.testing.assert_array_equal(win_r[won], found.net_r[won])
    np.testing.assert_array_equal(loss_r[unslipped], found.net_r[unslipped])
    assert (loss_r[lost] >= found.net_r[lost]).all()


def test_the_specs_costs_are_the_venues() -> None:
    spec = replace(Spec(), {"costs.maker_fee_rate": 0.001, "costs.taker_fee_rate": 0.002, "costs.slippage_ticks": 3})
    intents = random_intents(1, random_prints(1))
    entry = np.full(len(intents), 1000.0)

    by_spec = payoffs_in_r(
        intents, entry, venue_config(spec, Instrument(symbol="X", price_decimals=0, size_decimals=0))
    )

    by_hand = payoffs(intents, entry, venue(maker_fee_rate=0.001, taker_fee_rate=0.002, slippage_ticks=3))
    np.testing.assert_array_equal(by_spec, by_hand)


def test_an_unknown_fill_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="touch, queue or through"):
        venue(fill="optimistic")


def test_a_venue_is_made_from_any_spec() -> None:
    instrument = Instrument(symbol="X", price_decimals=0, size_decimals=3)
    spec = replace(
        Spec(), {"venue.fill": "queue", "venue.queue_kappa": 3.0, "costs.fee_tiers": [[1e6, 0.0001, 0.0004]]}
    )

    assert isinstance(venue_config(spec, instrument), VenueConfig)
