"""What is traded, and in which steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A symbol with the steps of its price and size.

    `price_decimals` and `size_decimals` are the most decimals that the tape prints; where the exchange's own steps are
    unknown they are the steps.
    """

    symbol: str
    price_decimals: int
    size_decimals: int
    synthetic: bool = False

    @property
    def tick_size(self) -> float:
        """The price of one tick, in quote currency."""
        return float(f"1e-{self.price_decimals}")

    @property
    def lot_size(self) -> float:
        """The size of one lot, in base currency."""
        return float(f"1e-{self.size_decimals}")

    @property
    def label(self) -> str:
        """The symbol as people are shown it: a synthetic one says so."""
        return label_of(self.symbol, synthetic=self.synthetic)


def label_of(symbol: str, *, synthetic: bool) -> str:
    """Return a symbol as people are shown it: a synthetic one says so."""
    return f"{symbol} (synthetic)" if synthetic else symbol
