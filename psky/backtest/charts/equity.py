"""Equity in R as trades close, and below it how far under its peak it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky.backtest.charts.frame import WIDE, Floats, Frame, padded, polygon, polyline, signed_tick, staircase
from psky.domain.text import signed


def equity_svg(ts_us: NDArray[np.int64], net_r: Floats, span_us: tuple[int, int]) -> str:
    """Return a step chart of equity over a span of time as an `<svg>` element.

    Args:
        ts_us: when trades close, int64 (n,), ascending; a trade that closes after the span counts at its end.
        net_r: what each earns, float64 (n,).
        span_us: first and last moment of the chart.
    """
    times, levels = _curve(ts_us, net_r, span_us)
    frame = Frame(width=WIDE, height=250, x_span=_span(span_us), y_span=padded(levels, include=[0.0]))
    x, y = staircase(frame.x(times), frame.y(levels))
    floor = float(frame.y(0.0))
    parts = [
        frame.y_axis(signed_tick, title="equity, R"),
        frame.time_axis(),
        polygon(np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[floor], y, [floor]]), "under"),
        polyline(x, y, "equity"),
    ]
    return frame.svg(f"Equity: {signed(float(levels[-1]))} R at the end", parts)


def drawdown_svg(ts_us: NDArray[np.int64], net_r: Floats, span_us: tuple[int, int]) -> str:
    """Return a chart of the distance of equity from its peak, zero or below; arguments as `equity_svg`."""
    times, levels = _curve(ts_us, net_r, span_us)
    below = levels - np.maximum.accumulate(levels)
    low, _ = padded(below)
    frame = Frame(width=WIDE, height=120, x_span=_span(span_us), y_span=(low, 0.0))
    x, y = staircase(frame.x(times), frame.y(below))
    top = float(frame.y(0.0))
    parts = [
        frame.y_axis(signed_tick, count=3, title="drawdown, R"),
        frame.time_axis(),
        polygon(np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[top], y, [top]]), "drawdown"),
    ]
    return frame.svg(f"Drawdown: {signed(float(below.min()))} R at the deepest", parts)


def _curve(ts_us: NDArray[np.int64], net_r: Floats, span_us: tuple[int, int]) -> tuple[Floats, Floats]:
    equity = np.concatenate([[0.0], np.cumsum(net_r)])
    times = np.minimum(np.concatenate([[span_us[0]], ts_us, [span_us[1]]]), span_us[1])
    return times.astype(np.float64), np.append(equity, equity[-1])


def _span(span_us: tuple[int, int]) -> tuple[float, float]:
    return float(span_us[0]), float(max(span_us[1], span_us[0] + 1))
