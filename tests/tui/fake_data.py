"""Tapes without a store."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from psky.app.candles import CandleColumns, Candles, TapeSpan
from psky.app.data import SymbolSummary
from psky.app.results import ResultRow
from psky.app.touches import TouchMarks
from psky.app.views import TradeView
from psky.domain.time import SECOND_US, timeframe_s
from psky.ingest.quality import FundingCoverage, QualityReport
from psky.store.records import DayCount, Gap, Overlap, PriceJump

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


def report(name: str, days: int = 40) -> QualityReport:
    """A tape whose second Saturday is missing, and which has one of each doubt."""
    first = date(2025, 11, 22)
    counts = tuple(
        DayCount(day=(first + timedelta(days=day)).isoformat(), trades=40_000 + day * 37_000 % 170_000)
        for day in range(days)
        if day != 7
    )
    start_us = START_US - 33 * DAY_US
    hole = Gap(start_us=start_us, end_us=start_us + DAY_US)
    return QualityReport(
        symbol=name,
        synthetic=False,
        rows=sum(day.trades for day in counts),
        first_ts_us=START_US - days * DAY_US,
        last_ts_us=START_US - 1,
        files=days,
        days=counts,
        min_gap_s=3600.0,
        gaps=(hole,),
        longest_gaps=(hole,),
        rejected=3,
        rejects={"unknown side": 3},
        duplicates=0,
        overlaps=(Overlap(first="a.csv", second="b.csv", start_us=start_us, end_us=start_us + 1),),
        outliers=2,
        jumps=(PriceJump(ts_us=start_us, price=90.0, change=0.31),),
        funding=FundingCoverage(stamps=120, first_ts_us=START_US, last_ts_us=START_US, widest_step_h=8.0),
    )


def span(name: str = "BTCJPY", days: int = 40) -> TapeSpan:
    return TapeSpan(
        symbol=name, label=name, first_ts_us=START_US - days * DAY_US, last_ts_us=START_US - 1, price_decimals=0
    )


def candles(name: str, step: str, start_us: int, end_us: int, days: int = 40) -> Candles:
    """A wave with a little noise, of 40 days."""
    step_s = timeframe_s(step)
    step_us = step_s * SECOND_US
    first, last = max(start_us, START_US - days * DAY_US), min(end_us, START_US)
    ts_us = np.arange(-(-first // step_us) * step_us, max(first, last), step_us, dtype=np.int64)
    wave = [1_700_000 + 90_000 * math.sin(t / DAY_US) + 9_000 * math.sin(t / DAY_US * 37) for t in (*ts_us, last)]
    open_, close = np.array(wave[:-1]), np.array(wave[1:])
    reach = 4_000 + 3_000 * np.abs(np.sin(ts_us / DAY_US * 91))
    volume = 60 + 50 * np.sin(ts_us / DAY_US * 11)
    return Candles(
        symbol=name,
        step_s=step_s,
        start_us=start_us,
        end_us=end_us,
        columns=CandleColumns(
            ts_us=ts_us,
            open=open_,
            high=np.maximum(open_, close) + reach,
            low=np.minimum(open_, close) - reach,
            close=close,
            volume=volume,
            bought=volume * 0.5,
            trades=np.full(len(ts_us), 432, dtype=np.int64),
        ),
    )


def touches() -> TouchMarks:
    ts_us = START_US - np.arange(20, 0, -1, dtype=np.int64) * (2 * DAY_US) - DAY_US // 5
    price = 1_700_000 + 90_000 * np.sin(ts_us / DAY_US)
    side = np.where(np.arange(20) % 3 == 0, -1, 1).astype(np.int8)
    return TouchMarks(ts_us=ts_us, price=price, side=side, timeframe_s=np.full(20, 900, dtype=np.int32))


def backtests() -> tuple[ResultRow, ...]:
    row = ResultRow(
        id="BTCJPY/first-light/trial_6_holdout",
        symbol="BTCJPY",
        label="BTCJPY",
        study="first-light",
        trial=6,
        part="holdout",
        start_ts_us=START_US - 5 * DAY_US,
        end_ts_us=START_US,
        trades=2,
        net_r=0.4,
        mean_r=0.2,
        smells=(),
        overrides=(),
        settings=(),
        written_ts_us=START_US,
        folder=Path("models/BTCJPY/first-light/backtests/trial_6_holdout"),
    )
    return (row,)


def trades() -> tuple[TradeView, ...]:
    first = TradeView(
        side="long",
        entry_ts_us=START_US - 4 * DAY_US,
        exit_ts_us=START_US - 3 * DAY_US,
        entry_price=1_690_000.0,
        exit_price=1_720_000.0,
        qty=0.01,
        exit_reason="target",
        net_r=1.4,
        fee_r=0.04,
        p=0.6,
        ev_r=0.1,
    )
    loss: dict[str, Any] = {"exit_reason": "stop", "net_r": -1.0, "exit_price": 1_700_000.0}
    later: dict[str, Any] = {"entry_ts_us": START_US - 2 * DAY_US, "exit_ts_us": START_US - DAY_US}
    return (first, replace(first, side="short", **later, **loss))
