"""The simulated venue's configuration."""

from __future__ import annotations

from psky._core import VenueConfig
from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US
from psky.spec.sections import CostSpec
from psky.spec.spec import Spec

__all__ = ["VenueConfig", "venue_config"]


def venue_config(spec: Spec, instrument: Instrument, costs: CostSpec | None = None) -> VenueConfig:
    """Return the venue of a spec, with other `costs` where given.

    Cancels take as long as orders, and a part of a lot ahead in the queue counts as a whole one.
    """
    costs = costs or spec.costs
    latency_us = spec.venue.latency_ms * 1000
    return VenueConfig(
        fill=spec.venue.fill,
        queue_ahead_lots=spec.venue.queue_ahead / instrument.lot_size,
        latency_us=latency_us,
        cancel_latency_us=latency_us,
        maker_fee_rate=costs.maker_fee_rate,
        taker_fee_rate=costs.taker_fee_rate,
        slippage_ticks=costs.slippage_ticks,
        max_gap_us=spec.tape.max_gap_s * SECOND_US,
    )
