"""The price with every entry and exit on it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import polars as pl

from psky.backtest.charts.frame import WIDE, Floats, Frame, padded, polyline, tone
from psky.domain.text import price, signed, utc_minute

MOST_TRADES = 600
_COLUMNS = 880


def price_svg(prices: pl.DataFrame, trades: pl.DataFrame, span_us: tuple[int, int]) -> str:
    """Return the path of closes with trades on it: a triangle enters, up for a long; a dot or a cross leaves.

    Of more than `MOST_TRADES` trades, those that won or lost most are drawn.
    """
    shown = trades.sort(pl.col("net_r").abs(), descending=True).head(MOST_TRADES)
    ends = float(span_us[0]), float(max(span_us[1], span_us[0] + 1))
    closes = prices["close"].to_numpy()
    y_span = padded(np.concatenate([closes, shown["entry_price"].to_numpy(), shown["exit_price"].to_numpy()]))
    frame = Frame(width=WIDE, height=300, x_span=ends, y_span=y_span)
    x, y = _thinned(frame.x(prices["ts_us"].to_numpy()), frame.y(closes))
    axis = frame.y_axis(price, title="price")
    marks = [_trade(frame, row) for row in shown.iter_rows(named=True)]
    return frame.svg(f"Price with {len(shown)} trades", [axis, frame.time_axis(), polyline(x, y, "price"), *marks])


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return lowest and highest point of each column of the picture, so that a year draws as fast as a day."""
    if len(x) <= 2 * _COLUMNS:
        return x, y
    starts = np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], _COLUMNS, endpoint=False)))
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.column_stack([low, high]).ravel()


def _trade(frame: Frame, row: Mapping[str, Any]) -> str:
    start_us, end_us = (min(row[name], frame.x_span[1]) for name in ("entry_ts_us", "exit_ts_us"))
    (x0, x1), (y0, y1) = frame.x([start_us, end_us]), frame.y([row["entry_price"], row["exit_price"]])
    kind, up = tone(row["net_r"]), -1 if row["side"] == "long" else 1
    words = (
        f"{row['side']} {utc_minute(row['entry_ts_us'])} at {price(row['entry_price'])}, "
        f"{row['exit_reason']} at {price(row['exit_price'])}: {signed(row['net_r'])} R"
    )
    enter = f"M{x0:.1f} {y0 + 5 * up:.1f}l4 {-8 * up}h-8z"
    leave = f"M{x1 - 3:.1f} {y1 - 3:.1f}l6 6m0 -6l-6 6"
    dot = f'<circle class="exit" cx="{x1:.1f}" cy="{y1:.1f}" r="3"/>'
    cross = f'<path class="cross" d="{leave}"/>'
    return (
        f'<g class="trade {kind}"><title>{escape(words)}</title>'
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'
        f'<path class="enter" d="{enter}"/>{dot if row["net_r"] > 0 else cross}</g>'
    )
