"""Orders and executions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psky.simulator import forms
from psky.simulator.errors import Refusal, refusal
from psky.simulator.forms import Params, check_category, text
from psky.simulator.orders import Order
from psky.simulator.rest.paging import page, window
from psky.simulator.shapes import order_row

if TYPE_CHECKING:
    from psky.simulator.site import Site

Result = dict[str, Any]
_CLOSED_SHOWN = 500
_BATCH = 20


def create(site: Site, params: Params) -> Result:
    """Take an order: the answer says that it was received, the order stream what becomes of it."""
    order = forms.order_of(site.exchange, params)
    order.order_id = site.exchange.book.next_order_id()
    site.exchange.submit(order, site.timing(order.link_id))
    return _names(order)


def amend(site: Site, params: Params) -> Result:
    """Change an order."""
    order = forms.found(site.exchange, params, "no_order_to_replace")
    forms.amended(site.exchange, order, params)
    site.exchange.amend(order, site.timing(order.link_id))
    return _names(order)


def cancel(site: Site, params: Params) -> Result:
    """Take back an order."""
    order = forms.found(site.exchange, params, "no_order")
    site.exchange.cancel(order, site.timing(order.link_id))
    return _names(order)


def cancel_all(site: Site, params: Params) -> Result:
    """Take back all open orders that a filter lets through."""
    check_category(params)
    kinds = text(params, "orderFilter")
    orders = [order for order in site.exchange.book.open() if _passes(site, order, params, kinds)]
    for order in orders:
        site.exchange.cancel(order, site.timing(order.link_id))
    return {"list": [_names(order) for order in orders], "success": "1"}


def _passes(site: Site, order: Order, params: Params, kinds: str) -> bool:
    symbol = text(params, "symbol")
    is_stop = order.status == "Untriggered" and order.is_conditional
    is_tpsl = is_stop and order.close_on_trigger and order.stop_order_type != "Stop"
    wanted = {"": True, "Order": not is_stop, "StopOrder": is_stop and not is_tpsl, "tpslOrder": is_tpsl}
    return (not symbol or symbol == site.exchange.symbol) and wanted.get(kinds, True)


def create_batch(site: Site, params: Params) -> Result:
    """Take several orders, each for itself."""
    return _batch(site, params, create)


def amend_batch(site: Site, params: Params) -> Result:
    """Change several orders, each for itself."""
    return _batch(site, params, amend)


def cancel_batch(site: Site, params: Params) -> Result:
    """Take back several orders, each for itself."""
    return _batch(site, params, cancel)


def _batch(site: Site, params: Params, act: Any) -> Result:  # noqa: ANN401 - one of the three above
    check_category(params)
    requests = params.get("request")
    if not isinstance(requests, list) or not 1 <= len(requests) <= _BATCH:
        raise refusal("bad_params", f"request invalid, expected 1 to {_BATCH} orders")
    rows, codes = [], []
    for request in requests:
        if not isinstance(request, dict):
            raise refusal("bad_params", "request invalid, expected objects")
        own = {"category": params["category"], **request}
        blank = {"orderId": text(own, "orderId"), "orderLinkId": text(own, "orderLinkId")}
        try:
            names = act(site, own)
            codes.append({"code": 0, "msg": "OK"})
        except Refusal as refused:
            names = blank
            codes.append({"code": refused.code, "msg": refused.message})
        times = {"createAt": str(site.exchange.clock.now_us() // 1000)} if act is create else {}
        rows.append({"category": "linear", "symbol": site.exchange.symbol, **names, **times})
    site.ext_info = {"list": codes}
    return {"list": rows}


def pre_check(site: Site, params: Params) -> Result:
    """Tell what an order would do to the margin, and send nothing."""
    exchange = site.exchange
    order = forms.order_of(exchange, params)
    equity = exchange.account.wallet + exchange.account.unrealised_all(exchange.mark_ticks)
    before = exchange.account.margin_used(exchange.mark_ticks) + exchange.order_margin()
    needed = 0 if order.reduce_only else exchange.account.margin_of(order.lots, order.price or exchange.mark_ticks)
    e4 = 10_000 / equity if equity > 0 else 0
    maintenance = before * exchange.account.leverage * exchange.config.maintenance_rate
    added = needed * exchange.account.leverage * exchange.config.maintenance_rate
    return {
        "orderId": "",
        "orderLinkId": order.link_id,
        "preImrE4": int(before * e4),
        "preMmrE4": int(maintenance * e4),
        "postImrE4": int((before + needed) * e4),
        "postMmrE4": int((maintenance + added) * e4),
    }


def realtime(site: Site, params: Params) -> Result:
    """Return open orders, or with `openOnly=1` the last that ended; a name finds its order in either state."""
    check_category(params)
    book = site.exchange.book
    if text(params, "orderId") or text(params, "orderLinkId"):
        one = book.find(text(params, "orderId"), text(params, "orderLinkId"))
        orders = [one] if one is not None else []
    elif text(params, "openOnly") in {"1", "2"}:
        orders = list(book.over())[:_CLOSED_SHOWN]
    else:
        kinds = text(params, "orderFilter")
        orders = [order for order in reversed(book.open()) if _passes(site, order, params, kinds)]
    return _listed(site, orders, params)


def history(site: Site, params: Params) -> Result:
    """Return orders that ended, the latest first."""
    check_category(params)
    one = site.exchange.book.find(text(params, "orderId"), text(params, "orderLinkId"))
    is_named = bool(text(params, "orderId") or text(params, "orderLinkId"))
    orders = [one] if is_named and one is not None and not one.is_open else []
    if not is_named:
        wanted, is_wanted = text(params, "orderStatus"), window(params)
        over = site.exchange.book.over()
        orders = [order for order in over if wanted in {"", order.status} and is_wanted(order.created_us)]
    return _listed(site, orders, params)


def _listed(site: Site, orders: list[Order], params: Params) -> Result:
    rows = page(orders, lambda order: order_row(site.exchange, order), params, most=50, usual=20)
    return {"category": "linear", **rows}


def executions(site: Site, params: Params) -> Result:
    """Return executions, the latest first."""
    check_category(params)
    names = {
        "orderId": text(params, "orderId"),
        "orderLinkId": text(params, "orderLinkId"),
        "execType": text(params, "execType"),
    }
    is_wanted = window(params)
    rows = [
        row
        for row in reversed(site.exchange.executions)
        if all(not value or row[name] == value for name, value in names.items())
        and is_wanted(int(row["execTime"]) * 1000)
    ]
    return {"category": "linear", **page(rows, lambda row: row, params, most=100, usual=50)}


def _names(order: Order) -> Result:
    return {"orderId": order.order_id, "orderLinkId": order.link_id}
