"""Results by calendar month, or by day where there are few of them."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from psky.backtest.findings import Period
from psky.domain.time import DAY_US, utc

_MONTHS_FROM_US = 62 * DAY_US


def by_calendar(trades: pl.DataFrame, start_us: int, end_us: int) -> list[Period]:
    """Return what closed in each month (UTC) that had trades, in order; in each day if the span is under 62 days."""
    form = "%Y-%m" if end_us - start_us >= _MONTHS_FROM_US else "%Y-%m-%d"
    results: defaultdict[str, list[float]] = defaultdict(list)
    for ts_us, net_r in zip(trades["exit_ts_us"], trades["net_r"], strict=True):
        results[utc(ts_us).strftime(form)].append(net_r)
    return [
        Period(
            name=name,
            trades=len(closed),
            net_r=sum(closed),
            win_rate=sum(net_r > 0 for net_r in closed) / len(closed),
        )
        for name, closed in sorted(results.items())
    ]
