"""The tape of one symbol, held by the core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky import _core
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.errors import DataError, OrderError


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTape:
    """Time-ordered trades of an instrument; the fingerprint names the files and the reader that they came from."""

    instrument: Instrument
    fingerprint: str
    core: _core.Tape

    def __len__(self) -> int:
        return len(self.core)

    @property
    def span_us(self) -> tuple[int, int]:
        """The times of the first and the last trade, microseconds.

        Raises:
            DataError: the tape is empty.
        """
        span_us = self.core.span_us
        if span_us is None:
            raise DataError(f"{self.instrument.label}: expected trades, found an empty tape; import trade files first")
        return span_us


def tape_from_columns(columns: TradeColumns, instrument: Instrument, fingerprint: str) -> MarketTape:
    """Build a tape from columns in time order; ties keep their order.

    Raises:
        OrderError: a trade is earlier than the one before it.
        DataError: a price or size is not at least 1 and fewer than 2^52 ticks or lots, or a side is unknown.
    """
    _check_order(columns, instrument)
    try:
        core = _core.Tape(
            columns.ts_us,
            columns.price,
            columns.size,
            columns.side,
            columns.tick_direction,
            columns.flags,
            tick_size=instrument.tick_size,
            lot_size=instrument.lot_size,
        )
    except ValueError as error:
        raise DataError(f"{instrument.label}: {error}") from error
    return MarketTape(instrument=instrument, fingerprint=fingerprint, core=core)


def _check_order(columns: TradeColumns, instrument: Instrument) -> None:
    back = np.flatnonzero(np.diff(columns.ts_us) < 0)
    if len(back):
        raise OrderError(
            f"{instrument.label}: expected trades in time order, found row {back[0] + 1} before the one above it; "
            "sort by time, keeping the order of ties"
        )
