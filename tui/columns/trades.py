from __future__ import annotations

from dataclasses import replace

from psky.app.views import TradeView
from psky.domain import text as fmt
from tui.columns.column import Column, minute, number, result, word

_SIDES = {"long": "▲ long", "buy": "▲ long", "short": "▼ short", "sell": "▼ short"}


def _held_s(trade: TradeView) -> float:
    return (trade.exit_ts_us - trade.entry_ts_us) / 1e6


COLUMNS: tuple[Column[TradeView], ...] = (
    minute("entry", "entry UTC", lambda row: row.entry_ts_us),
    Column(
        key="side",
        title="side",
        value=lambda row: row.side,
        text=lambda row: _SIDES.get(row.side.lower(), row.side),
        right=False,
    ),
    result("r", "net R", lambda row: row.net_r, fmt.signed),
    word("exit", "exit by", lambda row: row.exit_reason),
    number("held", "held", _held_s, fmt.span),
    result("ev", "EV R", lambda row: row.ev_r, fmt.signed),
    number("p", "p", lambda row: row.p, fmt.percent),
    number("fee", "fee R", lambda row: row.fee_r, fmt.decimal),
    number("entry_price", "in", lambda row: row.entry_price, fmt.price),
    number("exit_price", "out", lambda row: row.exit_price, fmt.price),
    replace(number("qty", "qty", lambda row: row.qty, fmt.price), money=True),
    minute("exit_time", "exit UTC", lambda row: row.exit_ts_us),
)
