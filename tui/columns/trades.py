from __future__ import annotations

from dataclasses import replace

from psky.app.views import TradeView
from psky.domain import text as fmt
from tui.columns.column import Column, number, result
from tui.ordering import Value

_SIDES = {"long": "▲ long", "buy": "▲ long", "short": "▼ short", "sell": "▼ short"}


def _held_s(trade: TradeView) -> float:
    return (trade.exit_ts_us - trade.entry_ts_us) / 1e6


def _time(key: str, title: str, field: str) -> Column[TradeView]:
    def value(trade: TradeView) -> Value:
        ts_us: int = getattr(trade, field)
        return ts_us

    return Column(key=key, title=title, value=value, text=lambda row: fmt.utc_minute(getattr(row, field)), right=False)


COLUMNS: tuple[Column[TradeView], ...] = (
    _time("entry", "entry UTC", "entry_ts_us"),
    Column(
        key="side",
        title="side",
        value=lambda row: row.side,
        text=lambda row: _SIDES.get(row.side.lower(), row.side),
        right=False,
    ),
    result("r", "net R", lambda row: row.net_r, fmt.signed),
    Column(
        key="exit", title="exit by", value=lambda row: row.exit_reason, text=lambda row: row.exit_reason, right=False
    ),
    number("held", "held", _held_s, fmt.span),
    result("ev", "EV R", lambda row: row.ev_r, fmt.signed),
    number("p", "p", lambda row: row.p, fmt.percent),
    number("fee", "fee R", lambda row: row.fee_r, fmt.decimal),
    number("entry_price", "in", lambda row: row.entry_price, fmt.price),
    number("exit_price", "out", lambda row: row.exit_price, fmt.price),
    replace(number("qty", "qty", lambda row: row.qty, fmt.price), money=True),
    _time("exit_time", "exit UTC", "exit_ts_us"),
)
