"""Tapes without a store."""

from __future__ import annotations

from psky.app.data import SymbolSummary

START_US = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
DAY_US = 86_400_000_000


def symbol(name: str = "BTCJPY", days: int = 40, *, synthetic: bool = False) -> SymbolSummary:
    return SymbolSummary(
        symbol=name,
        label=f"{name} (synthetic)" if synthetic else name,
        synthetic=synthetic,
        rows=days * 120_000,
        first_ts_us=START_US - days * DAY_US,
        last_ts_us=START_US - 1,
        files=days,
        rejected=3,
        funding=days * 3,
        bytes=days * 780_000,
    )


def symbols() -> list[SymbolSummary]:
    return [symbol(), symbol("DEMOUSDT", 9, synthetic=True), symbol("RAVEUSDT", 800)]
