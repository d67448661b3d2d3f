from __future__ import annotations

from typing import TYPE_CHECKING

from psky.domain import text as fmt
from psky.domain.time import utc_text
from tui.columns.column import Column, amount, minute, number, result, word

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


SESSIONS: tuple[Column[SessionRow], ...] = (
    word("symbol", "symbol", lambda row: row.symbol),
    word("session", "session", lambda row: row.session),
    word("where", "where", lambda row: row.environment),
    Column(key="state", title="state", value=state_text, text=state_text, right=False, tone=_tone, free=True),
    word("study", "study", lambda row: row.study),
    Column(key="trial", title="trial", value=lambda row: row.trial, text=lambda row: str(row.trial)),
    minute("started", "started UTC", lambda row: row.started_us),
)
DECISIONS: tuple[Column[DecisionView], ...] = (
    Column(
        key="time", title="market UTC", value=lambda row: row.ts_us, text=lambda row: _second(row.ts_us), right=False
    ),
    Column(key="side", title="side", value=lambda row: row.side, text=lambda row: _ARROWS[row.side], right=False),
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
    Column(key="row", title="#", value=lambda row: row.row, text=lambda row: str(row.row)),
)
ORDERS: tuple[Column[OrderView], ...] = (
    word("kind", "order", lambda row: row.kind),
    Column(key="side", title="side", value=lambda row: row.side, text=lambda row: _ARROWS[row.side], right=False),
    amount("price", "price", lambda row: row.price),
    amount("qty", "quantity", lambda row: row.qty, money=True),
    amount("filled", "filled", lambda row: row.filled, money=True),
    word("state", "state", lambda row: row.state),
    word("name", "name", lambda row: row.name),
)
TRADES: tuple[Column[TradeLine], ...] = (
    Column(
        key="exit",
        title="exit UTC",
        value=lambda row: row.exit_ts_us,
        text=lambda row: _second(row.exit_ts_us),
        right=False,
    ),
    Column(key="side", title="side", value=lambda row: row.side, text=lambda row: _ARROWS[row.side], right=False),
    result("r", "net R", lambda row: row.net_r, fmt.signed),
    word("by", "exit by", lambda row: row.exit_reason),
)
EVENTS: tuple[Column[EventLine], ...] = (
    Column(key="time", title="market UTC", value=lambda row: row.seq, text=lambda row: _second(row.ts_us), right=False),
    Column(
        key="kind",
        title="event",
        value=lambda row: row.kind,
        text=lambda row: row.kind,
        right=False,
        tone=lambda row: row.tone,
    ),
    Column(key="text", title="what", value=lambda row: row.text, text=lambda row: row.text, right=False, free=True),
    Column(
        key="wall", title="noted UTC", value=lambda row: row.at_us, text=lambda row: _second(row.at_us), right=False
    ),
)
