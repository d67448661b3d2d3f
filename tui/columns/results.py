from __future__ import annotations

from typing import TYPE_CHECKING

from psky.domain import text as fmt
from tui.columns.column import Column, minute, number, result

if TYPE_CHECKING:
    from psky.app.results import ResultRow


def _smells(row: ResultRow) -> str:
    return f"▲ {len(row.smells)}" if row.smells else "✓ none"


def columns(marked: frozenset[str] = frozenset()) -> tuple[Column[ResultRow], ...]:
    """Return the columns of a list of backtests; `marked` are ids."""
    return (
        Column(
            key="id",
            title="backtest",
            value=lambda row: row.id,
            text=lambda row: f"{'◆ ' if row.id in marked else ''}{row.id}",
            right=False,
            tone=lambda row: "warn" if row.id in marked else "",
        ),
        number("trades", "trades", lambda row: row.trades, fmt.integer),
        result("r", "net R", lambda row: row.net_r, fmt.signed),
        result("mean", "mean R", lambda row: row.mean_r, lambda value: fmt.signed(value, 3)),
        Column(
            key="smells",
            title="smells",
            value=lambda row: len(row.smells),
            text=_smells,
            right=False,
            tone=lambda row: "loss" if row.smells else "gain",
        ),
        Column(
            key="overrides",
            title="overrides",
            value=lambda row: ", ".join(row.settings),
            text=lambda row: ", ".join(row.settings) or fmt.MISSING,
            right=False,
        ),
        minute("written", "written UTC", lambda row: row.written_ts_us),
    )
