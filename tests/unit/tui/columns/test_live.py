from __future__ import annotations

from dataclasses import replace

from psky.app.live_views import OrderView
from tui.columns.live import ORDERS
from tui.ordering import ordered

_ORDER = OrderView(
    name="psky-tp31a1-3-1", kind="stop", side="short", price="9.50", qty="0.125", filled="0", state="rests"
)


def test_orders_stand_by_the_size_of_their_price_and_quantity_not_by_the_letters() -> None:
    price, quantity = (next(column for column in ORDERS if column.key == key) for key in ("price", "qty"))
    low, high = _ORDER, replace(_ORDER, price="1,000.50", qty="1,200")
    at_market = replace(_ORDER, price="market", qty="20")
    rows = [at_market, high, low]

    assert ordered(rows, price.value, descending=False) == [low, high, at_market]
    assert ordered(rows, price.value, descending=True) == [high, low, at_market]
    assert ordered(rows, quantity.value, descending=False) == [low, at_market, high]
