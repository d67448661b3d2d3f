from __future__ import annotations

from typing import TYPE_CHECKING

from psky.domain import text as fmt
from tui.columns.column import Column, number

if TYPE_CHECKING:
    from psky.app.data import SymbolSummary

COLUMNS: tuple[Column[SymbolSummary], ...] = (
    Column(key="symbol", title="symbol", value=lambda row: row.label, text=lambda row: row.label, right=False),
    number("trades", "trades", lambda row: row.rows, fmt.integer),
    Column(
        key="first",
        title="first UTC",
        value=lambda row: row.first_ts_us,
        text=lambda row: "✗ cannot be read" if row.problem else fmt.utc_minute(row.first_ts_us),
        right=False,
        tone=lambda row: "loss" if row.problem else "",
    ),
    Column(
        key="last",
        title="last UTC",
        value=lambda row: row.last_ts_us,
        text=lambda row: fmt.MISSING if row.problem else fmt.utc_minute(row.last_ts_us),
        right=False,
    ),
    number("files", "files", lambda row: row.files, fmt.integer),
    number("rejected", "rejected", lambda row: row.rejected, fmt.integer),
    number("funding", "funding", lambda row: row.funding, fmt.integer),
    number("mb", "MB", lambda row: row.bytes / 1e6, lambda value: fmt.decimal(value, 1)),
)
