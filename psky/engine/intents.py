"""Intents: what each touch proposes."""

from __future__ import annotations

from typing import Any, Protocol

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
    distances and sizes are multiples of the venue's steps.
    """
    atr = table.atr_ticks[table.touch_row]
    step = price_step(spec.venue, instrument)
    stop = _distance(spec.intent.stop_atr * atr, step)
    bar_us = timeframe_s(spec.touch.base) * SECOND_US
    rows = len(stop)
    return Intents(
        ts_us=table.ts_us[table.touch_row],
        side=table.touch_side,
        limit_ticks=_limit(table, spec, atr, step) if spec.intent.entry == "maker" else np.zeros(rows, np.int64),
        stop_distance_ticks=stop,
        target_distance_ticks=_distance(spec.intent.target_rr * stop, step),
        qty_lots=_quantity(stop, spec, instrument),
        entry_ttl_us=np.full(rows, spec.intent.entry_ttl_bars * bar_us, np.int64),
        hold_us=np.full(rows, spec.intent.hold_bars * bar_us, np.int64),
        repeg_ticks=spec.intent.repeg_ticks,
    )


def _distance(ticks: NDArray[np.floating[Any]], step: int) -> NDArray[np.int64]:
    nearest: NDArray[np.int64] = step * np.maximum(1, np.rint(ticks / step)).astype(np.int64)
    return nearest


def _limit(table: MarketTable, spec: Spec, atr: NDArray[np.float64], step: int) -> NDArray[np.int64]:
    side = table.touch_side.astype(np.float64)
    level = (table.touch_level_ticks - side * spec.intent.entry_offset_atr * atr) / step
    away: NDArray[np.float64] = np.where(side > 0, np.floor(level), np.ceil(level))
    limit: NDArray[np.int64] = step * np.maximum(1, away).astype(np.int64)
    return limit


def _quantity(stop_ticks: NDArray[np.int64], spec: Spec, instrument: Instrument) -> NDArray[np.int64]:
    risk = spec.policy.equity * spec.policy.risk_share
    step = lot_step(spec.venue, instrument)
    lots = risk / (stop_ticks * instrument.tick_size) / instrument.lot_size
    quantity: NDArray[np.int64] = step * np.maximum(1, np.floor(lots / step)).astype(np.int64)
    return quantity
