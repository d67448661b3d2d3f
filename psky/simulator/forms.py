"""From the words of a request to an order, or to a refusal: what the exchange checks before it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from psky.domain.side import Side
from psky.simulator.account import HEDGE, INDICES, ONE_WAY, Position
from psky.simulator.errors import refusal
from psky.simulator.orders import CROSSING, Bracket, Order, OrderType

if TYPE_CHECKING:
    from psky.simulator.exchange import Exchange

Params = Mapping[str, Any]
_MOST: Final = 10**24
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")
_WORDS: Final = {"Buy": Side.LONG, "Sell": Side.SHORT}
_MOST_STEPS: Final = 1 << 40
"""Larger prices and sizes would let sums of money leave their integers."""
_TRIGGERS: Final = frozenset({"LastPrice", "IndexPrice", "MarkPrice"})


def text(params: Params, name: str) -> str:
    """Return a parameter as text, empty where it is left out."""
    value = params.get(name)
    return "" if value is None else str(value)


def flag(params: Params, name: str) -> bool:
    """Return a parameter as a truth."""
    return params.get(name) in {True, "true", "True"}


def integer(params: Params, name: str, default: int) -> int:
    """Return a parameter as an integer.

    Raises:
        Refusal: it is none.
    """
    value = text(params, name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise refusal("bad_params", f"{name} invalid") from error


def decimal(params: Params, name: str) -> Decimal | None:
    """Return a parameter as a decimal, None where it is left out.

    Raises:
        Refusal: it is none, or below zero.
    """
    value = text(params, name)
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise refusal("bad_params", f"{name} invalid") from error
    if not number.is_finite() or number < 0 or number > _MOST:
        raise refusal("bad_params", f"{name} invalid")
    return number


def steps(params: Params, name: str, step: Decimal) -> int | None:
    """Return a parameter in whole steps, None where it is left out.

    Raises:
        Refusal: it is not a multiple of the step.
    """
    number = decimal(params, name)
    if number is None:
        return None
    if number > step * _MOST_STEPS:
        raise refusal("bad_params", f"{name} invalid, expected at most {step * _MOST_STEPS}")
    whole, rest = divmod(number, step)
    if rest:
        raise refusal("bad_params", f"{name} invalid, expected a multiple of {step}")
    return int(whole)


def check_symbol(exchange: Exchange, params: Params) -> None:
    """Refuse what is not about the one symbol of the exchange.

    Raises:
        Refusal: 10001.
    """
    check_category(params)
    if text(params, "symbol") != exchange.symbol:
        raise refusal("bad_symbol")


def check_category(params: Params) -> None:
    """Refuse what is not about linear perpetuals.

    Raises:
        Refusal: 10001.
    """
    if text(params, "category") != "linear":
        raise refusal("bad_category", f"found {text(params, 'category')!r}")


def position_of(exchange: Exchange, params: Params) -> Position:
    """Return the position that `positionIdx` names.

    Raises:
        Refusal: 10001 where the present mode has none of that index.
    """
    index = integer(params, "positionIdx", 0)
    if index not in INDICES[exchange.account.mode]:
        raise refusal("bad_index")
    return exchange.account.positions[index]


def bracket_of(exchange: Exchange, params: Params) -> Bracket:
    """Return the take-profit and stop-loss of a request, 0 for one that is to be taken away.

    Raises:
        Refusal: prices off the tick, an unknown mode, limits in mode Full.
    """
    tick = exchange.numbers.tick
    mode = text(params, "tpslMode") or "Full"
    bracket = Bracket(
        mode=cast('Literal["Full", "Partial"]', mode),
        take_profit=steps(params, "takeProfit", tick),
        stop_loss=steps(params, "stopLoss", tick),
        tp_limit=steps(params, "tpLimitPrice", tick) if text(params, "tpOrderType") == "Limit" else None,
        sl_limit=steps(params, "slLimitPrice", tick) if text(params, "slOrderType") == "Limit" else None,
        tp_by=text(params, "tpTriggerBy") or "LastPrice",
        sl_by=text(params, "slTriggerBy") or "LastPrice",
    )
    if mode not in {"Full", "Partial"}:
        raise refusal("bad_params", "tpslMode invalid")
    if mode == "Full" and (bracket.tp_limit is not None or bracket.sl_limit is not None):
        raise refusal("bad_params", "tpOrderType and slOrderType must be Market where tpslMode is Full")
    return bracket


def order_of(exchange: Exchange, params: Params) -> Order:
    """Return the order of a `order/create`, checked but not yet sent.

    Raises:
        Refusal: what the exchange would refuse at once.
    """
    check_symbol(exchange, params)
    order = _written(exchange, params)
    _check_trigger(params, order)
    _check_name(exchange, order.link_id)
    _check_size(exchange, order)
    if order.reduce_only:
        _check_reduce(exchange, order)
    else:
        _check_margin(exchange, order, order.lots)
    return order


def _written(exchange: Exchange, params: Params) -> Order:
    side, kind = _WORDS.get(text(params, "side")), text(params, "orderType")
    if side is None or kind not in {"Limit", "Market"}:
        raise refusal("bad_params", "side or orderType invalid")
    numbers, position = exchange.numbers, position_of(exchange, params)
    price = steps(params, "price", numbers.tick) if kind == "Limit" else None
    lots = steps(params, "qty", numbers.lot)
    if (kind == "Limit" and not price) or lots is None:
        raise refusal("bad_params", "price or qty invalid")
    in_force = "IOC" if kind == "Market" else text(params, "timeInForce") or "GTC"
    if in_force not in CROSSING:
        raise refusal("bad_params", "timeInForce invalid")
    direction = integer(params, "triggerDirection", 0)
    order = Order(
        venue_id=exchange.book.next_venue_id(),
        order_id="",
        link_id=text(params, "orderLinkId"),
        side=side,
        type=cast("OrderType", kind),
        lots=lots,
        price=price,
        time_in_force=in_force,
        holding=position.index,
        created_us=exchange.clock.now_us(),
        reduce_only=flag(params, "reduceOnly") or _leaves_hedge(exchange, position, side),
        close_on_trigger=flag(params, "closeOnTrigger"),
        trigger=steps(params, "triggerPrice", numbers.tick) or None,
        rising={1: True, 2: False}.get(direction),
        trigger_by=text(params, "triggerBy"),
        bracket=bracket_of(exchange, params),
        last_price=exchange.mark_ticks,
        smp_type=text(params, "smpType") or "None",
    )
    _check_bracket(exchange, order, explicit=flag(params, "reduceOnly"))
    return order


def _leaves_hedge(exchange: Exchange, position: Position, side: Side) -> bool:
    return exchange.account.mode == HEDGE and (position.index == 1) == (side is Side.SHORT)


def _check_bracket(exchange: Exchange, order: Order, *, explicit: bool) -> None:
    if not order.bracket:
        return
    if explicit:
        raise refusal("bad_params", "takeProfit and stopLoss are not allowed with reduceOnly")
    exchange.brackets.check(order.bracket, order.side, order.price or exchange.mark_ticks)


def _check_trigger(params: Params, order: Order) -> None:
    if order.trigger is None:
        order.trigger_by, order.rising = "", None
        return
    if order.rising is None:
        raise refusal("bad_params", "triggerDirection invalid")
    order.trigger_by = order.trigger_by or "LastPrice"
    order.stop_order_type = "Stop"
    if order.trigger_by not in _TRIGGERS:
        raise refusal("bad_params", "triggerBy invalid")
    current = order.last_price or 0
    if (order.trigger - current) * (1 if order.rising else -1) <= 0:
        words = ("expect Rising", "<=") if order.rising else ("expect Falling", ">=")
        detail = f"{words[0]}, but trigger_price[{text(params, 'triggerPrice')}] {words[1]} current"
        raise refusal("bad_params", detail)


def _check_name(exchange: Exchange, link_id: str) -> None:
    if link_id and not _LINK.fullmatch(link_id):
        raise refusal("bad_params", "orderLinkId invalid: at most 36 characters of A-Z, a-z, 0-9, - and _")
    if exchange.book.has_link(link_id):
        raise refusal("duplicate_link")


def _check_size(exchange: Exchange, order: Order) -> None:
    numbers, rules = exchange.numbers, exchange.tape.instrument.rules
    if order.lots == 0:
        if not (order.reduce_only and order.close_on_trigger and order.type == "Market"):
            raise refusal("bad_params", "qty invalid")
        order.whole = True
        order.lots = max(1, exchange.account.positions[order.holding].lots)
        return
    if rules is None or order.reduce_only:
        return
    qty = numbers.lot * order.lots
    price = numbers.tick * (order.price or order.trigger or exchange.mark_ticks)
    most = rules.max_market_qty if order.type == "Market" else rules.max_qty
    if qty < rules.min_qty or qty > most:
        raise refusal("bad_params", f"qty invalid, expected at least {rules.min_qty} and at most {most}")
    if (rules.min_price and price < rules.min_price) or (rules.max_price and price > rules.max_price):
        raise refusal("price_out_of_range")
    if qty * price < rules.min_notional:
        raise refusal("too_small", f"{rules.min_notional}{exchange.coin}")


def _check_reduce(exchange: Exchange, order: Order) -> None:
    if order.is_conditional:
        return
    position = exchange.account.positions[order.holding]
    if position.lots == 0:
        raise refusal("nothing_to_reduce")
    if position.side is order.side:
        raise refusal("same_side_reduce")


def _check_margin(exchange: Exchange, order: Order, lots: int) -> None:
    position = exchange.account.positions[order.holding]
    against = position.lots if position.side is not None and position.side is not order.side else 0
    opening = max(0, lots - against)
    needed = exchange.account.margin_of(opening, order.price or order.trigger or exchange.mark_ticks)
    if needed > exchange.available():
        raise refusal("too_little_available")


def found(exchange: Exchange, params: Params, missing: str) -> Order:
    """Return the open order that a request names.

    Raises:
        Refusal: 10001 without a name, 110001 for one that is unknown or over.
    """
    check_symbol(exchange, params)
    order_id, link_id = text(params, "orderId"), text(params, "orderLinkId")
    if not (order_id or link_id):
        raise refusal("bad_params", "orderId or orderLinkId is required")
    order = exchange.book.find(order_id, link_id)
    if order is None or not order.is_open:
        raise refusal(missing)
    return order


def amended(exchange: Exchange, order: Order, params: Params) -> None:
    """Write new price, size, trigger and bracket on an order.

    Raises:
        Refusal: nothing new, or what the exchange would refuse at once.
    """
    numbers = exchange.numbers
    price = steps(params, "price", numbers.tick) or order.price
    lots = steps(params, "qty", numbers.lot) or order.lots
    trigger = steps(params, "triggerPrice", numbers.tick) or order.trigger
    bracket = bracket_of(exchange, params) if any(text(params, name) for name in ("takeProfit", "stopLoss")) else None
    if (price, lots, trigger) == (order.price, order.lots, order.trigger) and bracket is None:
        raise refusal("unchanged_order")
    if lots <= order.filled:
        raise refusal("bad_params", "qty invalid, expected more than is filled")
    if not order.reduce_only and lots > order.lots:
        _check_margin(exchange, order, lots - order.lots)
    if bracket is not None:
        exchange.brackets.check(bracket, order.side, price or exchange.mark_ticks)
        order.bracket = bracket
    order.price = price if order.type == "Limit" else None
    order.lots, order.trigger = lots, trigger


def mode_of(params: Params) -> int:
    """Return the position mode of a request.

    Raises:
        Refusal: neither 0 nor 3.
    """
    mode = integer(params, "mode", -1)
    if mode not in {ONE_WAY, HEDGE}:
        raise refusal("bad_params", "mode invalid")
    return mode
