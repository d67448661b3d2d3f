"""What is traded, and in which steps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from psky.domain.rules import InstrumentRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A symbol with the steps of its price and size.

    `price_decimals` and `size_decimals` are the most decimals that the tape prints; without the exchange's `rules` they
    are the steps.
    """

    symbol: str
    price_decimals: int
    size_decimals: int
    synthetic: bool = False
    rules: InstrumentRules | None = None

    @property
    def tick(self) -> Decimal:
        """The price of one tick, in quote currency, exactly."""
        return self.rules.tick if self.rules else printed_step(self.price_decimals)

    @property
    def lot(self) -> Decimal:
        """The size of one lot, in base currency, exactly."""
        return self.rules.lot if self.rules else printed_step(self.size_decimals)

    @property
    def tick_size(self) -> float:
        """The price of one tick, in quote currency."""
        return float(self.tick)

    @property
    def lot_size(self) -> float:
        """The size of one lot, in base currency."""
        return float(self.lot)

    @property
    def label(self) -> str:
        """The symbol as people are shown it: a synthetic one says so."""
        return label_of(self.symbol, synthetic=self.synthetic)


@cache
def printed_step(decimals: int) -> Decimal:
    """Return the step of numbers that are printed with so many decimals."""
    return Decimal(1).scaleb(-decimals)


def label_of(symbol: str, *, synthetic: bool) -> str:
    """Return a symbol as people are shown it: a synthetic one says so."""
    return f"{symbol} (synthetic)" if synthetic else symbol
