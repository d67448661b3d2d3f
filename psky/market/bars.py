"""Bars of a tape."""

from __future__ import annotations

from collections.abc import Iterable

from psky import _core
from psky.domain.time import SECOND_US, timeframe_s
from psky.errors import UsageError
from psky.market.tape import MarketTape

Bars = _core.Bars


class BarStream:
    """Bars of several timeframes in one pass over trades that come in parts.

    Raises:
        UsageError: a timeframe is none, or no multiple of the smallest.
    """

    def __init__(self, timeframes: Iterable[str], max_gap_s: int) -> None:
        self._names = sorted(set(timeframes), key=timeframe_s)
        try:
            self._stream = _core.BarStream([timeframe_s(name) for name in self._names], max_gap_s * SECOND_US)
        except ValueError as error:
            raise UsageError(str(error)) from error

    def push(self, tape: MarketTape) -> None:
        """Take in the next trades.

        Raises:
            ValueError: a trade is earlier than one before it.
        """
        self._stream.push(tape.core, 0, len(tape))

    def take(self) -> dict[str, Bars]:
        """Return the bars that have closed since the last take, by timeframe."""
        return dict(zip(self._names, self._stream.take(), strict=True))


def all_bars(tape: MarketTape, timeframes: Iterable[str], max_gap_s: int) -> dict[str, Bars]:
    """Return the bars of each of `timeframes` (such as `5m`) that have closed by the tape's last trade.

    Columns of one length, prices in ticks, volumes in lots; a bar is known at `open_ts_us` plus the timeframe. A
    silence of more than `max_gap_s` splits the tape; no bar spans a split. The longer bars are rolled up from the
    shortest, of which they must be multiples.

    Raises:
        UsageError: a timeframe is none, or no multiple of the smallest.
    """
    stream = BarStream(timeframes, max_gap_s)
    stream.push(tape)
    return stream.take()


def bars(tape: MarketTape, timeframe: str, max_gap_s: int) -> Bars:
    """Return the bars of one timeframe, see `all_bars`.

    Raises:
        UsageError: `timeframe` is not a timeframe.
    """
    return all_bars(tape, [timeframe], max_gap_s)[timeframe]
