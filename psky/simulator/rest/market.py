"""Market data: what the tape shows until now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psky.simulator.clock import wall_ms
from psky.simulator.errors import refusal
from psky.simulator.forms import Params, check_category, check_symbol, integer, text

if TYPE_CHECKING:
    from psky.simulator.site import Site

Result = dict[str, Any]
_INTERVALS_MIN = {"1": 1, "3": 3, "5": 5, "15": 15, "30": 30, "60": 60, "120": 120, "240": 240, "360": 360, "720": 720}
DAY_MIN = 1440


def interval_us(name: str) -> int:
    """Return the length of a kline of this interval.

    Raises:
        Refusal: no such interval.
    """
    minutes = DAY_MIN if name == "D" else _INTERVALS_MIN.get(name)
    if minutes is None:
        raise refusal("bad_params", "interval invalid")
    return minutes * 60_000_000


def time(site: Site, params: Params) -> Result:
    """Return the time of the server, which signatures go by: the wall's."""
    del params
    now_ms = site.now_ms
    return {"timeSecond": str(now_ms // 1000), "timeNano": str(now_ms * 1_000_000)}


def instruments(site: Site, params: Params) -> Result:
    """Return the one instrument; none where another symbol is named."""
    check_category(params)
    rows = [site.market.instrument_row()] if text(params, "symbol") in {"", site.exchange.symbol} else []
    return {"category": "linear", "list": rows, "nextPageCursor": ""}


def klines(site: Site, params: Params) -> Result:
    """Return klines, the newest first."""
    check_symbol(site.exchange, params)
    limit = max(1, min(integer(params, "limit", 200), 1000))
    length_us = interval_us(text(params, "interval"))
    start, end = integer(params, "start", 0) * 1000, integer(params, "end", 0) * 1000
    rows = site.market.klines(length_us, start, end, limit)
    return {"category": "linear", "symbol": site.exchange.symbol, "list": rows}


def recent_trades(site: Site, params: Params) -> Result:
    """Return the last trades, the newest first."""
    check_symbol(site.exchange, params)
    limit = max(1, min(integer(params, "limit", 500), 1000))
    return {"category": "linear", "list": site.market.recent_trades(limit)}


def order_book(site: Site, params: Params) -> Result:
    """Return the best prices as prints betray them."""
    check_symbol(site.exchange, params)
    return site.market.book() | {"ts": wall_ms()}


def tickers(site: Site, params: Params) -> Result:
    """Return the ticker."""
    check_category(params)
    if text(params, "symbol") not in {"", site.exchange.symbol}:
        raise refusal("bad_symbol")
    return {"category": "linear", "list": [site.market.ticker()]}


def funding_history(site: Site, params: Params) -> Result:
    """Return past funding, the newest first."""
    check_symbol(site.exchange, params)
    limit = max(1, min(integer(params, "limit", 200), 200))
    start, end = integer(params, "startTime", 0) * 1000, integer(params, "endTime", 0) * 1000
    return {"category": "linear", "list": site.market.funding_rows(start, end, limit)}
