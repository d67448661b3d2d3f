"""Bybit's words about orders, executions and positions, as values. Streams and REST say the same things alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from psky.domain.rules import InstrumentRules
from psky.domain.side import Side
from psky.engine.messages import BILLION, Filled
from psky.errors import ExchangeError
from psky.live.exchange.port import Execution, OrderState, PositionState, Stage

STAGES: Final = {
    "New": Stage.OPEN,
    "PartiallyFilled": Stage.OPEN,
    "Untriggered": Stage.OPEN,
    "Triggered": Stage.OPEN,
    "Filled": Stage.FILLED,
    "Cancelled": Stage.CANCELLED,
    "PartiallyFilledCanceled": Stage.CANCELLED,
    "Deactivated": Stage.CANCELLED,
    "Rejected": Stage.REJECTED,
}
REDUCED: Final = "CancelByReduceOnly"
"""Nothing was left to reduce."""
POST_ONLY: Final = "EC_PostOnlyWillTakeLiquidity"
_SIDES: Final = {"Buy": Side.LONG, "Sell": Side.SHORT}
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read an account's words: the symbol's steps, and the id of an order's name, None for another's."""

    rules: InstrumentRules
    id_of: Callable[[str], int | None]

    def order(self, words: Words) -> OrderState:
        """Return the order that the exchange speaks of.

        Raises:
            ExchangeError: a status or number that Bybit's documentation does not have.
        """
        status = str(words.get("orderStatus"))
        if status not in STAGES:
            raise ExchangeError(f"expected a status among {', '.join(STAGES)}, found {status!r}")
        reason = str(words.get("rejectReason", ""))
        filled = self._lots(words, "cumExecQty")
        stage = STAGES[status]
        if stage is Stage.CANCELLED and reason == POST_ONLY and not filled:
            stage = Stage.REJECTED  # derivatives are said to be cancelled, spot to be rejected
        price = words.get("triggerPrice") if decimal_in(words, "triggerPrice") else words.get("price")
        return OrderState(
            name=str(words.get("orderLinkId", "")),
            exchange_id=str(words.get("orderId", "")),
            stage=stage,
            side=_side(words),
            price_ticks=self._ticks({"price": price}, "price"),
            lots=self._lots(words, "qty"),
            filled_lots=filled,
            reduce_only=bool(words.get("reduceOnly")),
            reason=_why(words, reason),
            version=int(words.get("version", -1)),
        )

    def execution(self, words: Words) -> Execution:
        """Return the execution that the exchange speaks of.

        Raises:
            ExchangeError: as `order`.
        """
        name = str(words.get("orderLinkId", ""))
        left = self._lots(words, "leavesQty")
        fee = decimal_in(words, "execFee")
        # What a paced simulator says exactly, Bybit says to the millisecond and to eight decimals of a coin.
        cumulative = int(words.get("cumulativeLots", self._lots(words, "orderQty") - left))
        units = fee * BILLION / (self.rules.tick * self.rules.lot)
        rate = decimal_in(words, "feeRate") * BILLION
        fill = Filled(
            order_id=self.id_of(name) or 0,
            execution=int(words.get("execution", number_of_execution(str(words.get("execId", ""))))),
            ts_us=time_us(words, "execTime"),
            row=int(words.get("row", 0)),
            side=_SIDES.get(str(words.get("side")), Side.LONG),
            price_ticks=self._ticks(words, "execPrice"),
            lots=self._lots(words, "execQty"),
            cumulative_lots=cumulative,
            left_lots=left,
            maker=bool(words.get("isMaker")),
            fee=int(words.get("feeUnits", units.to_integral_value())),
            queue_lots=int(words.get("queueLots", 0)),
        )
        return Execution(
            name=name,
            kind=str(words.get("execType", "")),
            fill=fill,
            amount_usdt=-fee,
            rate_billionths=int(words.get("rateUnits", rate.to_integral_value())),
        )

    def position(self, words: Words) -> PositionState:
        """Return the position that the exchange speaks of."""
        lots = self._lots(words, "size") * (_side(words) or 0)
        entry = decimal_in(words, "avgPrice") or decimal_in(words, "entryPrice")
        stop = decimal_in(words, "stopLoss")
        return PositionState(
            lots=lots, entry_ticks=float(entry / self.rules.tick), stop_ticks=float(stop / self.rules.tick)
        )

    def _lots(self, words: Words, name: str) -> int:
        return int((decimal_in(words, name) / self.rules.lot).to_integral_value())

    def _ticks(self, words: Words, name: str) -> int:
        return int((decimal_in(words, name) / self.rules.tick).to_integral_value())


def time_us(words: Words, name: str) -> int:
    """Return a time that the exchange says in milliseconds, as microseconds; a simulator says `tsUs` besides."""
    return int(words["tsUs"]) if "tsUs" in words else int(decimal_in(words, name) * 1000)


def _why(words: Words, reason: str) -> str:
    if words.get("cancelType") == REDUCED:
        return REDUCED
    return "" if reason == "EC_NoError" else reason


def _side(words: Words) -> Side | int:
    return _SIDES.get(str(words.get("side")), 0)


def decimal_in(words: Words, name: str) -> Decimal:
    """Return a number that the exchange says as a string; 0 where it says nothing.

    Raises:
        ExchangeError: it is no number.
    """
    text = words.get(name)
    if text is None or text == "":
        return Decimal(0)
    try:
        number = Decimal(str(text))
    except InvalidOperation as error:
        raise ExchangeError(f"expected a number as {name}, found {text!r}") from error
    if not number.is_finite():
        raise ExchangeError(f"expected a number as {name}, found {text!r}")
    return number


def number_of_execution(execution_id: str) -> int:
    """Return the number of an execution: simulators count, Bybit names them at random."""
    if execution_id.isdigit():
        return int(execution_id)
    return int.from_bytes(hashlib.sha256(execution_id.encode()).digest()[:8], "big") >> 1
