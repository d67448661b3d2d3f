"""The simulator's own endpoints: its state, its time and its faults, none of which the real exchange has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from psky.errors import SpecError
from psky.simulator.faults import FaultPlan, plan_of
from psky.simulator.shapes import order_row, position_row
from psky.simulator.tape import plain

if TYPE_CHECKING:
    from psky.simulator.site import Site


class Admin:
    """`/sim/state`, `/sim/time` and `/sim/faults`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def add_routes(self, app: web.Application) -> None:
        """Serve them."""
        app.router.add_get("/sim/state", self._state)
        app.router.add_get("/sim/time", self._time)
        app.router.add_get("/sim/faults", self._faults)
        app.router.add_post("/sim/faults", self._set_faults)
        app.router.add_delete("/sim/faults", self._clear_faults)

    async def _state(self, request: web.Request) -> web.Response:
        del request
        return _json(state(self._site))

    async def _time(self, request: web.Request) -> web.Response:
        del request
        exchange = self._site.exchange
        row, tape = exchange.venue.row, exchange.tape
        rows = {"row": row, "rows": len(tape), "over": tape.has_ended(row)}
        return _json({"ts_us": exchange.clock.now_us(), "speed": exchange.clock.speed, **rows})

    async def _faults(self, request: web.Request) -> web.Response:
        del request
        faults = self._site.faults
        return _json({**msgspec.to_builtins(faults.plan), "counts": faults.counts})

    async def _set_faults(self, request: web.Request) -> web.Response:
        try:
            plan = plan_of(msgspec.json.decode(await request.read()))
        except (SpecError, msgspec.DecodeError, RecursionError) as error:
            return _json({"error": str(error)}, status=400)
        self._site.faults.use(plan)
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._site.faults.use(FaultPlan())
        return await self._faults(request)


def state(site: Site) -> dict[str, Any]:
    """Return everything about the account, to compare a client's books with.

    `equity_exact` comes from the venue's integers alone, `equity` from the account's books: they agree to rounding.
    """
    exchange = site.exchange
    account, mark, numbers = exchange.account, exchange.mark_ticks, exchange.numbers
    marked = numbers.value(account.net_lots() * mark)
    return {
        "ts_us": exchange.clock.now_us(),
        "row": exchange.venue.row,
        "symbol": exchange.symbol,
        "mode": account.mode,
        "leverage": plain(account.leverage),
        "net_lots": account.net_lots(),
        "positions": [position_row(exchange, one) for one in account.shown],
        "orders": [order_row(exchange, order) for order in exchange.book.open()],
        "wallet": plain(account.wallet),
        "deposited": plain(account.deposited),
        "equity": plain(account.wallet + account.unrealised_all(mark)),
        "equity_exact": plain(account.deposited + numbers.money(exchange.venue.cash) + marked),
        "venue_orders": [
            {"lots": order.lots, "filled": order.filled_lots, "queue": order.queue_lots, "price": order.price_ticks}
            for order in exchange.venue.orders()
        ],
        "counts": {
            "orders": sum(1 for _ in exchange.book),
            "executions": len(exchange.executions),
            "trades": sum(row["execType"] == "Trade" for row in exchange.executions),
            "closed": len(account.closed),
        },
        "links": sorted({order.link_id for order in exchange.book if order.link_id}),
    }


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json", status=status)
