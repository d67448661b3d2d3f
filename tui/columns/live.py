from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from psky.domain import text as fmt
from psky.domain.time import utc_text
from tui.columns.column import Column, Row, amount, count, minute, number, result, word

if TYPE_CHECKING:
    from psky.app.live_views import DecisionView, EventLine, OrderView, SessionRow, TradeLine

_ARROWS = {"long": "▲ long", "short": "▼ short"}


def state_text(row: SessionRow) -> str:
    """Return a session's state with its glyph."""
    return "▶ running" if row.running else f"■ {row.ended}" if row.ended else "✗ cut off"


def _tone(row: SessionRow) -> str:
    return "gain" if row.running else "" if row.ended else "loss"


def _second(ts_us: int) -> str:
    return utc_text(ts_us)[5:] if ts_us > 0 else fmt.MISSING


def _moment(
    key: str, title: str, ts_us: Callable[[Row], int], order: Callable[[Row], int] | None = None
) -> Column[Row]:
    """Return the column of a time to the second, sorted by it unless `order` says otherwise."""
    return Column(key=key, title=title, value=order or ts_us, text=lambda row: _second(ts_us(row)), right=False)


def _side(side: Callable[[Row], str]) -> Column[Row]:
    return Column(key="side", title="side", value=side, text=lambda row: _ARROWS[side(row)], right=False)


SESSIONS: tuple[Column[SessionRow], ...] = (
    word("symbol", "symbol", lambda row: row.symbol),
    word("session", "session", lambda row: row.session),
    word("where", "where", lambda row: row.environment),
    word("state", "state", state_text, tone=_tone, free=True),
    word("study", "study", lambda row: row.study),
    count("trial", "trial", lambda row: row.trial),
    minute("started", "started UTC", lambda row: row.started_us),
)
DECISIONS: tuple[Column[DecisionView], ...] = (
    _moment("time", "market UTC", lambda row: row.ts_us),
    _side(lambda row: row.side),
    Column(
        key="reason",
        title="decision",
        value=lambda row: row.reason,
        text=lambda row: f"{'●' if row.entered else '○'} {row.reason}",
        right=False,
        tone=lambda row: "gain" if row.entered else "dim",
    ),
    result("ev_lower", "EV low", lambda row: row.ev_lower_r, lambda value: fmt.signed(value, 3)),
    result("ev", "EV R", lambda row: row.ev_r, lambda value: fmt.signed(value, 3)),
    number("p", "p", lambda row: row.p, fmt.percent),
    number("p_low", "p low", lambda row: row.p_lower, fmt.percent),
    amount("price", "at", lambda row: row.price),
    count("row", "#", lambda row: row.row),
)
ORDERS: tuple[Column[OrderView], ...] = (
    word("kind", "order", lambda row: row.kind),
    _side(lambda row: row.side),
    amount("price", "price", lambda row: row.price),
    amount("qty", "quantity", lambda row: row.qty, money=True),
    amount("filled", "filled", lambda row: row.filled, money=True),
    word("state", "state", lambda row: row.state),
    word("name", "name", lambda row: row.name),
)
TRADES: tuple[Column[TradeLine], ...] = (
    _moment("exit", "exit UTC", lambda row: row.exit_ts_us),
    _side(lambda row: row.side),
    result("r", "net R", lambda row: row.net_r, fmt.signed),
    word("by", "exit by", lambda row: row.exit_reason),
)
EVENTS: tuple[Column[EventLine], ...] = (
    _moment("time", "market UTC", lambda row: row.ts_us, order=lambda row: row.seq),
    word("kind", "event", lambda row: row.kind, tone=lambda row: row.tone),
    word("text", "what", lambda row: row.text, free=True),
    _moment("wall", "noted UTC", lambda row: row.at_us),
)
