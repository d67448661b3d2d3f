from __future__ import annotations

from typing import TYPE_CHECKING

from psky.domain import text as fmt
from psky.domain.time import utc_text
from tui.columns.column import Column, number, result

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
    Column(key="symbol", title="symbol", value=lambda row: row.symbol, text=lambda row: row.symbol, right=False),
    Column(key="session", title="session", value=lambda row: row.session, text=lambda row: row.session, right=False),
    Column(
        key="where", title="where", value=lambda row: row.environment, text=lambda row: row.environment, right=False
    ),
    Column(key="state", title="state", value=state_text, text=state_text, right=False, tone=_tone, free=True),
    Column(key="study", title="study", value=lambda row: row.study, text=lambda row: row.study, right=False),
    Column(key="trial", title="trial", value=lambda row: row.trial, text=lambda row: str(row.trial)),
    Column(
        key="started",
        title="started UTC",
        value=lambda row: row.started_us,
        text=lambda row: fmt.utc_minute(row.started_us),
        right=False,
    ),
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
    Column(key="price", title="at", value=lambda row: row.price, text=lambda row: row.price),
    Column(key="row", title="#", value=lambda row: row.row, text=lambda row: str(row.row)),
)
ORDERS: tuple[Column[OrderView], ...] = (
    Column(key="kind", title="order", value=lambda row: row.kind, text=lambda row: row.kind, right=False),
    Column(key="side", title="side", value=lambda row: row.side, text=lambda row: _ARROWS[row.side], right=False),
    Column(key="price", title="price", value=lambda row: row.price, text=lambda row: row.price),
    Column(key="qty", title="quantity", value=lambda row: row.qty, text=lambda row: row.qty, money=True),
    Column(key="filled", title="filled", value=lambda row: row.filled, text=lambda row: row.filled, money=True),
    Column(key="state", title="state", value=lambda row: row.state, text=lambda row: row.state, right=False),
    Column(key="name", title="name", value=lambda row: row.name, text=lambda row: row.name, right=False),
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
    Column(key="by", title="exit by", value=lambda row: row.exit_reason, text=lambda row: row.exit_reason, right=False),
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
