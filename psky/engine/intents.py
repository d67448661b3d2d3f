"""Intents: what each touch proposes."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from psky._core import Intents
from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US, timeframe_s
from psky.engine.venue import lot_step, price_step
from psky.spec.spec import Spec

__all__ = ["Intents", "MarketTable", "propose"]


class MarketTable(Protocol):
    """Base bars and the touches among them, each row known at its `ts_us`."""

    @property
    def ts_us(self) -> NDArray[np.int64]:
        """Close of each base bar, microseconds, shape (n,)."""

    @property
    def atr_ticks(self) -> NDArray[np.float64]:
        """ATR of the base timeframe, ticks, shape (n,)."""

    @property
    def touch_row(self) -> NDArray[np.int64]:
        """Base bar of each touch, increasing, shape (m,)."""

    @property
    def touch_side(self) -> NDArray[np.int8]:
        """+1 for a long, -1 for a short, shape (m,)."""

    @property
    def touch_level_ticks(self) -> NDArray[np.float64]:
        """The EMA that was touched, ticks, shape (m,)."""


def propose(table: MarketTable, spec: Spec, instrument: Instrument) -> Intents:
    """Return the intents of all touches of `table`: m rows, decided at the close of the touching bar.

    A maker's limit is the EMA moved `entry_offset_atr` ATR away from the market and rounded away from it. Prices,
    distances and sizes are multiples of the venue's steps; a size risks `risk_share` of the account at the stop.

    Raises:
        ValueError: touches out of order, or one whose ATR is not known.
    """
    intent, policy = spec.intent, spec.policy
    bar_us = timeframe_s(spec.touch.base) * SECOND_US
    return Intents.propose(
        table.ts_us[table.touch_row],
        table.touch_side,
        table.touch_level_ticks,
        table.atr_ticks[table.touch_row],
        is_maker=intent.entry == "maker",
        offset_atr=intent.entry_offset_atr,
        stop_atr=intent.stop_atr,
        target_rr=intent.target_rr,
        risk=policy.equity * policy.risk_share,
        tick_size=instrument.tick_size,
        lot_size=instrument.lot_size,
        price_step_ticks=price_step(spec.venue, instrument),
        lot_step_lots=lot_step(spec.venue, instrument),
        entry_ttl_us=intent.entry_ttl_bars * bar_us,
        hold_us=intent.hold_bars * bar_us,
        repeg_ticks=intent.repeg_ticks,
    )
