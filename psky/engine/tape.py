"""What the engine needs of a tape."""

from __future__ import annotations

from typing import Protocol

from psky._core import Tape
from psky.domain.instrument import Instrument


class EngineTape(Protocol):
    """Trades held by the core, and what they are trades of."""

    @property
    def core(self) -> Tape:
        """The trades."""

    @property
    def instrument(self) -> Instrument:
        """The steps of price and size."""
