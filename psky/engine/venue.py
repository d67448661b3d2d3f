"""The simulated venue's configuration."""

from __future__ import annotations

from psky._core import VenueConfig
from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US
from psky.spec.sections import VenueSpec
from psky.spec.spec import Spec

__all__ = ["VenueConfig", "lot_step", "price_step", "venue_config"]


def venue_config(spec: Spec, instrument: Instrument) -> VenueConfig:
    """Return the venue that a spec describes for an instrument.

    Cancels take as long as orders. Amounts in quote currency become ticks x lots. Where the spec names no least value
    of an entry, that of the instrument's rules holds.
    """
    costs, venue = spec.costs, spec.venue
    unit = instrument.tick_size * instrument.lot_size
    return VenueConfig(
        fill=venue.fill,
        queue_kappa=venue.queue_kappa,
        queue_ahead_lots=None if venue.queue_ahead is None else venue.queue_ahead / instrument.lot_size,
        latency_us=venue.latency_ms * 1000,
        cancel_latency_us=venue.latency_ms * 1000,
        feed_latency_us=venue.feed_latency_ms * 1000,
        maker_fee_rate=costs.maker_fee_rate,
        taker_fee_rate=costs.taker_fee_rate,
        fee_tiers=[(notional / unit, maker, taker) for notional, maker, taker in costs.fee_tiers],
        slippage_ticks=costs.slippage_ticks,
        taker_depth=venue.taker_depth,
        price_step_ticks=price_step(venue, instrument),
        lot_step_lots=lot_step(venue, instrument),
        min_notional=(venue.min_notional or least_value(instrument)) / unit,
        leverage=venue.leverage,
        maintenance_rate=venue.maintenance_rate,
        max_gap_us=spec.tape.max_gap_s * SECOND_US,
    )


def least_value(instrument: Instrument) -> float:
    """Return the least value of an order by the rules of an instrument, in quote currency; 0 without rules."""
    return float(instrument.rules.min_notional) if instrument.rules else 0.0


def price_step(venue: VenueSpec, instrument: Instrument) -> int:
    """Return the step of order prices in ticks of the tape."""
    return max(1, round(venue.tick_size / instrument.tick_size))


def lot_step(venue: VenueSpec, instrument: Instrument) -> int:
    """Return the step of order sizes in lots of the tape."""
    return max(1, round(venue.lot_size / instrument.lot_size))
