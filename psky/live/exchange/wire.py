"""Commands in Bybit's words: linear perpetuals, one-way mode, decimals as strings that the instrument's steps make."""

from __future__ import annotations

from typing import Any

from psky.domain.rules import InstrumentRules
from psky.domain.side import Side
from psky.engine.codes import OrderKind
from psky.engine.messages import Amend, Cancel, Command, OrderType, Place
from psky.live.exchange.port import Sending

CATEGORY = "linear"
PATHS = {"place": "/v5/order/create", "amend": "/v5/order/amend", "cancel": "/v5/order/cancel"}


def op_of(command: Command) -> str:
    """Return `place`, `amend` or `cancel`."""
    return type(command).__name__.lower()


def body_of(command: Command, sending: Sending, rules: InstrumentRules) -> dict[str, Any]:
    """Return the request of a command."""
    about = {"category": CATEGORY, "symbol": rules.symbol, "orderLinkId": command.name}
    match command:
        case Place():
            return about | _order(command, sending, rules)
        case Amend():
            return about | _price(command, rules) | {"qty": rules.qty_text(command.lots)}
        case Cancel():
            return about


def closing(name: str, lots: int, rules: InstrumentRules) -> dict[str, Any]:
    """Return the market order that reduces a position of `lots` (long positive) to nothing."""
    return {
        "category": CATEGORY,
        "symbol": rules.symbol,
        "orderLinkId": name,
        "side": _word(Side.SHORT if lots > 0 else Side.LONG),
        "orderType": "Market",
        "qty": rules.qty_text(abs(lots)),
        "positionIdx": 0,
        "reduceOnly": True,
    }


def _order(place: Place, sending: Sending, rules: InstrumentRules) -> dict[str, Any]:
    order: dict[str, Any] = {
        "side": _word(place.side),
        "orderType": "Limit" if place.type is OrderType.LIMIT else "Market",
        "qty": rules.qty_text(place.lots),
        "positionIdx": 0,
        "reduceOnly": place.kind is not OrderKind.ENTRY,
    }
    order |= _price(place, rules)
    if place.type is OrderType.LIMIT:
        order["timeInForce"] = "PostOnly" if place.kind is OrderKind.ENTRY else "GTC"
    if place.type is OrderType.STOP:
        # Buying orders wait for a rise, selling ones for a fall.
        order |= {"triggerDirection": 1 if place.side is Side.LONG else 2, "triggerBy": "LastPrice"}
        order["closeOnTrigger"] = False
    if sending.disaster_stop_ticks:
        order |= {
            "stopLoss": rules.price_text(sending.disaster_stop_ticks),
            "slTriggerBy": "LastPrice",
            "tpslMode": "Full",
            "slOrderType": "Market",
        }
    return order


def _price(terms: Place | Amend, rules: InstrumentRules) -> dict[str, Any]:
    match terms.type:
        case OrderType.LIMIT:
            return {"price": rules.price_text(terms.price_ticks)}
        case OrderType.STOP:
            return {"triggerPrice": rules.price_text(terms.price_ticks)}
        case OrderType.MARKET:
            return {}


def _word(side: Side) -> str:
    return "Buy" if side is Side.LONG else "Sell"
