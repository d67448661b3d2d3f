"""Whether forecasts came true: reliability of p, and expected against realised value."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from psky.backtest.charts.frame import HALF, Frame, padded, polyline, signed_tick
from psky.backtest.findings import Bin, Calibration, Decile
from psky.domain.text import decimal, percent, signed

_HEIGHT = 300


def reliability_svg(found: Calibration) -> str:
    """Return how often the target came first against how often it was forecast, with 95 % intervals (Wilson 1927)."""
    intervals = [_wilson(one) for one in found.bins]
    ends = [0.0, *(one.forecast for one in found.bins), *(end for interval in intervals for end in interval)]
    top = min(1.0, max(ends) + 0.04)
    frame = Frame(width=HALF, height=_HEIGHT, x_span=(0.0, top), y_span=(0.0, top))
    parts = [
        frame.y_axis(_share, title="target came first"),
        frame.x_axis(_share, count=5),
        polyline(frame.x([0.0, top]), frame.y([0.0, top]), "ideal"),
    ]
    for one, (low, high) in zip(found.bins, intervals, strict=True):
        parts.append(_point(frame, one.forecast, one.outcome, (low, high), f"{one.rows} touches: {_words(one)}"))
    return frame.svg(f"Reliability of {found.rows} forecasts", parts)


def deciles_svg(found: Sequence[Decile]) -> str:
    """Return what tenths of the touches earned, with two standard errors, and what was expected of them."""
    numbers = np.arange(1, len(found) + 1)
    ends = [(one.realised_r - 2 * one.error_r, one.realised_r + 2 * one.error_r) for one in found]
    expected = [one.ev_r for one in found]
    y_span = padded([*expected, *(one.ev_lower_r for one in found), *np.ravel(ends)], include=[0.0])
    frame = Frame(width=HALF, height=_HEIGHT, x_span=(0.5, len(found) + 0.5), y_span=y_span)
    x = frame.x(numbers)
    parts = [
        frame.y_axis(signed_tick, title="R a touch"),
        frame.x_axis(lambda value: f"{value:.0f}", count=len(found)),
        polyline(x, frame.y([one.ev_lower_r for one in found]), "lower"),
        polyline(x, frame.y(expected), "expected"),
    ]
    for number, one, interval in zip(numbers, found, ends, strict=True):
        words = f"{one.rows} touches: expected {signed(one.ev_r)} R, realised {signed(one.realised_r)} R"
        parts.append(_point(frame, float(number), one.realised_r, interval, words))
    return frame.svg("Expected and realised value by decile", parts)


def _point(frame: Frame, x: float, y: float, interval: tuple[float, float], words: str) -> str:
    (at,), (middle, low, high) = frame.x([x]), frame.y([y, *interval])
    return (
        f'<g class="seen"><title>{words}</title>'
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
        f'<circle cx="{at:.1f}" cy="{middle:.1f}" r="4"/></g>'
    )


def _wilson(one: Bin) -> tuple[float, float]:
    n, share, z = one.rows, one.outcome, 1.96
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def _share(value: float) -> str:
    return f"{value:.0%}"


def _words(one: Bin) -> str:
    return f"forecast {percent(one.forecast)}, came {percent(one.outcome)} ({decimal(one.outcome * one.rows, 0)})"
