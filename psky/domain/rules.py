"""The trading rules of an instrument: decimals at the edge, whole ticks and lots inside."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from psky.domain.side import Side
from psky.errors import RulesError


class ContractKind(StrEnum):
    """What is traded; value and profit of all three are price times quantity, in quote currency."""

    LINEAR_PERPETUAL = "linear perpetual"
    LINEAR_FUTURES = "linear futures"
    SPOT = "spot"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentRules:
    """What an exchange accepts of a symbol.

    Prices are in quote and quantities in base currency; `tick` and `lot` are their steps. None stands for no bound, no
    funding, or fee rates that nobody told (they are an account's, not an instrument's).
    """

    symbol: str
    kind: ContractKind
    status: str
    """The exchange's own word; orders are taken while it is `Trading`."""
    base: str
    quote: str
    settle: str
    tick: Decimal
    lot: Decimal
    min_price: Decimal | None
    max_price: Decimal | None
    min_qty: Decimal
    max_qty: Decimal
    """Of a limit order."""
    max_market_qty: Decimal
    min_notional: Decimal
    """Least price times quantity."""
    funding_interval_min: int | None
    maker_fee_rate: Decimal | None = None
    taker_fee_rate: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("tick", "lot"):
            if not getattr(self, name) > 0:
                raise RulesError(f"{self.symbol}: expected a {name} above zero, found {getattr(self, name)}")

    def price_ticks(self, price: Decimal, side: Side) -> int:
        """Return a price in ticks, rounded so that it is never worse for a resting order: buys down, sells up.

        Raises:
            RulesError: no finite price above zero, one below a tick, or outside the bounds of the exchange.
        """
        ticks, rest = self._steps(price, self.tick, "price")
        ticks += 1 if rest and side is Side.SHORT else 0
        lowest = max(self.min_price or self.tick, self.tick)
        self._within(self.price_of(ticks), lowest, self.max_price, "price")
        return ticks

    def qty_lots(self, qty: Decimal) -> int:
        """Return a quantity in lots, rounded down.

        Raises:
            RulesError: no finite quantity above zero, or one that is below the smallest order once rounded.
        """
        lots, _ = self._steps(qty, self.lot, "quantity")
        self._within(self.qty_of(lots), self.min_qty, None, "quantity")
        return lots

    def check_order(self, ticks: int, lots: int, *, market: bool = False) -> None:
        """Refuse an order that the exchange would: too small, too large, worth too little, or not trading.

        `ticks` of a market order are those of the price it is expected to meet.

        Raises:
            RulesError: with what was expected and found.
        """
        price, qty = self.price_of(ticks), self.qty_of(lots)
        if self.status != "Trading":
            raise RulesError(f"{self.symbol}: expected an instrument that trades, found status {self.status}")
        self._within(price, self.min_price or self.tick, self.max_price, "price")
        self._within(qty, self.min_qty, self.max_market_qty if market else self.max_qty, "quantity")
        if price * qty < self.min_notional:
            raise RulesError(
                f"{self.symbol}: expected an order worth at least {plain(self.min_notional)} {self.quote}, "
                f"found {plain(qty)} at {plain(price)}, worth {plain(price * qty)}"
            )

    def price_of(self, ticks: int) -> Decimal:
        """Return the price of `ticks`."""
        return self.tick * ticks

    def qty_of(self, lots: int) -> Decimal:
        """Return the quantity of `lots`."""
        return self.lot * lots

    def price_text(self, ticks: int) -> str:
        """Return the price of `ticks` as the exchange reads it."""
        return plain(self.price_of(ticks))

    def qty_text(self, lots: int) -> str:
        """Return the quantity of `lots` as the exchange reads it."""
        return plain(self.qty_of(lots))

    def _steps(self, value: Decimal, step: Decimal, what: str) -> tuple[int, Decimal]:
        if not value.is_finite() or value <= 0:
            raise RulesError(f"{self.symbol}: expected a {what} above zero, found {value}")
        whole, rest = divmod(value, step)
        return int(whole), rest

    def _within(self, value: Decimal, low: Decimal, high: Decimal | None, what: str) -> None:
        if value < low or (high is not None and value > high):
            most = "" if high is None else f" and at most {plain(high)}"
            raise RulesError(f"{self.symbol}: expected a {what} of at least {plain(low)}{most}, found {plain(value)}")


def decimal_of(number: float | str) -> Decimal:
    """Return the decimal that a number is written as: of the float 0.1 this is 0.1, not its binary neighbour."""
    return Decimal(number if isinstance(number, str) else repr(number))


def plain(number: Decimal) -> str:
    """Return a decimal without an exponent and without zeros that say nothing."""
    return format(number.normalize(), "f")
