"""Bars of a tape."""

from __future__ import annotations

from psky import _core
from psky.domain.time import SECOND_US, timeframe_s
from psky.market.tape import MarketTape

Bars = _core.Bars


def bars(tape: MarketTape, timeframe: str, max_gap_s: int) -> Bars:
    """Return the bars of `timeframe` (such as `5m`) that have closed by the tape's last trade.

    Columns of one length, prices in ticks, volumes in lots; a bar is known at `open_ts_us` plus the timeframe. A
    silence of more than `max_gap_s` splits the tape; no bar spans a split.

    Raises:
        UsageError: `timeframe` is not a timeframe.
    """
    return _core.bars(tape.core, timeframe_s(timeframe), max_gap_s * SECOND_US)
