"""Bars, features and touches as trades come: the machine that `features.compute` runs over a whole tape."""

from __future__ import annotations

from typing import Self

from psky import _core
from psky.errors import MismatchError, OrderError
from psky.market.features import MarketTable, market_config
from psky.market.tape import MarketTape
from psky.spec.spec import Spec


class MarketStream:
    """The market of one symbol under a spec, a trade at a time; emits a row at the close of each base bar.

    Raises:
        SpecError: no touch timeframe is at or above the base, or windows that do not fit together.
    """

    def __init__(self, spec: Spec, *, dense: bool = False) -> None:
        self._core = _core.MarketStream(market_config(spec, dense=dense))

    def push(self, tape: MarketTape, start: int = 0, stop: int | None = None) -> None:
        """Take in the trades of rows `start` until before `stop`, by default all.

        Raises:
            OrderError: a trade is earlier than the latest time seen; those before it were taken in.
        """
        try:
            self._core.push(tape.core, start, len(tape) if stop is None else stop)
        except ValueError as error:
            raise OrderError(f"{tape.instrument.label}: {error}") from error

    def advance(self, ts_us: int) -> None:
        """Move time on: close every bar that has ended by `ts_us`. An earlier time changes nothing."""
        self._core.advance(ts_us)

    def take(self) -> MarketTable:
        """Return the rows that were emitted since the last take."""
        return self._core.take()

    def save(self) -> bytes:
        """Return the state, rows not yet taken included."""
        return self._core.save()

    @classmethod
    def restore(cls, spec: Spec, state: bytes, *, dense: bool = False) -> Self:
        """Return the stream that was saved, which goes on bit for bit as if it had not stopped.

        Raises:
            MismatchError: bytes that are no state, are damaged, or were saved by another version or spec.
            SpecError: as for a new stream.
        """
        stream = cls(spec, dense=dense)
        try:
            stream._core = _core.MarketStream.restore(market_config(spec, dense=dense), state)
        except ValueError as error:
            raise MismatchError(f"state of a market: {error}") from error
        return stream
