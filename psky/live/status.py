"""What watchers see of a session: one object, replaced in its journal about once a second."""

from __future__ import annotations

from typing import Any

from psky.live.desk import Desk
from psky.live.orders import OwnOrder

SHOWN = "status"


def status_of(
    desk: Desk, mode: str, *, equity_usdt: float, feeds: dict[str, Any], skew_us: int | None
) -> dict[str, Any]:
    """Return the state of a session for those who watch it; prices in ticks, sizes in lots, times us."""
    brain, orders, tripped = desk.brain, desk.orders, desk.guard.tripped
    return {
        "mode": mode,
        "held": brain.held,
        "ready": brain.is_ready,
        "market_us": brain.now_us,
        "last_ticks": desk.last_ticks,
        "last_price": desk.rules.price_text(desk.last_ticks) if desk.last_ticks else "",
        "lots": orders.lots,
        "position": desk.rules.qty_text(orders.lots) if orders.lots else "0",
        "equity_usdt": round(equity_usdt, 8),
        "realised": brain.trader.realised,
        "orders": [_order(desk, order) for order in orders.open],
        "feeds": feeds,
        "skew_us": skew_us,
        "errors": desk.venue.error_count,
        "tripped": None if tripped is None else {"rule": tripped.rule.value, "explanation": tripped.explanation},
    }


def _order(desk: Desk, order: OwnOrder) -> dict[str, Any]:
    return {
        "name": order.name,
        "kind": order.place.kind.name.lower(),
        "side": order.place.side.word,
        "price": desk.rules.price_text(order.price_ticks) if order.price_ticks else "market",
        "lots": order.lots,
        "filled_lots": order.filled_lots,
        "accepted": order.accepted,
    }
