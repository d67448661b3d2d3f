"""The tape of one symbol, held by the core."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky.domain.funding import NO_FUNDING, Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.errors import DataError, OrderError


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTape:
    """Time-ordered trades of an instrument; the fingerprint names the files and the reader that they came from.

    `funding` holds the stamps between the first trade and the last, each with its mark.
    """

    instrument: Instrument
    fingerprint: str
    core: _core.Tape
    funding: Funding = NO_FUNDING

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

    def last_print_before_us(self, ts_us: int) -> int:
        """Return the time of the last trade before a moment, microseconds.

        Raises:
            DataError: there is none.
        """
        last_us = self.core.last_before(ts_us)
        if last_us is None:
            raise DataError(f"{self.instrument.label}: expected a trade before {ts_us} us, found none")
        return last_us


def tape_from_columns(
    columns: TradeColumns, instrument: Instrument, fingerprint: str, funding: Funding = NO_FUNDING
) -> MarketTape:
    """Build a tape from columns in time order; ties keep their order.

    Funding outside the trades' span is left out; where it has no mark, the last price before or at it stands in.

    Raises:
        OrderError: a trade is earlier than the one before it.
        DataError: a price or size is not at least 1 and fewer than 2^52 ticks or lots, or a side is unknown.
    """
    return tape_of(core_tape(columns, instrument), instrument, fingerprint, funding)


def tape_of(core: _core.Tape, instrument: Instrument, fingerprint: str, funding: Funding = NO_FUNDING) -> MarketTape:
    """Return the tape of trades that the core holds, with its funding as `tape_from_columns` treats it."""
    return MarketTape(
        instrument=instrument, fingerprint=fingerprint, core=core, funding=_marked(funding, core, instrument)
    )


def core_tape(columns: TradeColumns, instrument: Instrument) -> _core.Tape:
    """Hand columns in time order to the core.

    Raises:
        OrderError: a trade is earlier than the one before it.
        DataError: a price or size is not at least 1 and fewer than 2^52 ticks or lots, or a side is unknown.
    """
    _check_order(columns, instrument)
    return _handed(columns, instrument)


def batch(columns: TradeColumns, instrument: Instrument) -> MarketTape:
    """Build a tape of trades that have just come, which no file names; ties keep their order.

    Raises:
        DataError: a trade earlier than the one before it, a price, size or side that none can have.
    """
    return MarketTape(instrument=instrument, fingerprint="", core=_handed(columns, instrument))


def tape_fingerprint(files: str, instrument: Instrument, funding: Funding) -> str:
    """Return the fingerprint of a tape from that of its `files`: it is another with funding or with rules."""
    rules = instrument.rules
    parts = [f"rules {rules.tick} {rules.lot} {rules.min_notional}"] if rules else []
    parts += [f"funding {funding.digest}"] if len(funding) else []
    return hashlib.sha256("\n".join([files, *parts]).encode()).hexdigest() if parts else files


def check_steps(columns: TradeColumns, instrument: Instrument) -> None:
    """Refuse trades whose prices or sizes are not whole ticks or lots of the instrument.

    Raises:
        DataError: with how many are not, and the first of them.
    """
    for what, values, step in (
        ("prices", columns.price, instrument.tick_size),
        ("sizes", columns.size, instrument.lot_size),
    ):
        off = np.flatnonzero(_off_step(values, step))
        if len(off):
            raise DataError(
                f"{instrument.label}: expected {what} in steps of {step:.12g} as its rules say, found {len(off):,} of "
                f"{len(values):,} that are not, the first {values[off[0]]:.12g}; give it the rules of the tape's time"
            )


def _off_step(values: NDArray[np.float64], step: float) -> NDArray[np.bool_]:
    units = values / step
    # A quotient of two nearest floats is that close to the whole number that it stands for.
    return np.abs(units - np.rint(units)) > 4 * np.finfo(np.float64).eps * np.maximum(units, 1.0)


def _handed(columns: TradeColumns, instrument: Instrument) -> _core.Tape:
    try:
        return _core.Tape(
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


def _marked(funding: Funding, core: _core.Tape, instrument: Instrument) -> Funding:
    span_us = core.span_us
    if not len(funding) or span_us is None:
        return NO_FUNDING
    inside = (funding.ts_us >= span_us[0]) & (funding.ts_us <= span_us[1])
    ts_us, rate, mark = funding.ts_us[inside], funding.rate[inside], funding.mark[inside]
    for row in np.flatnonzero(np.isnan(mark)):
        mark[row] = _last_price(core, instrument, int(ts_us[row]))
    return dataclasses.replace(funding, ts_us=ts_us, rate=rate, mark=mark)


def _last_price(core: _core.Tape, instrument: Instrument, ts_us: int) -> float:
    ticks = core.price_before(ts_us + 1)
    return np.nan if ticks is None else float(instrument.tick * ticks)


def _check_order(columns: TradeColumns, instrument: Instrument) -> None:
    back = np.flatnonzero(np.diff(columns.ts_us) < 0)
    if len(back):
        raise OrderError(
            f"{instrument.label}: expected trades in time order, found row {back[0] + 1} before the one above it; "
            "sort by time, keeping the order of ties"
        )
