"""The frame of a chart: scales, grid, axes and the `<svg>` around them. Colours are the page's, by class."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.domain.text import signed
from psky.domain.time import DAY_US, SECOND_US, utc

Floats = NDArray[np.float64]
WIDE, HALF = 960, 470
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 12, 22, 24
_MINUTE_US = 60 * SECOND_US
_TIME_STEPS_US = tuple(
    count * unit
    for unit, counts in (
        (_MINUTE_US, (1, 5, 15, 30)),
        (60 * _MINUTE_US, (1, 3, 6, 12)),
        (DAY_US, (1, 2, 7, 14, 30, 91, 182, 365)),
    )
    for count in counts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A plot area whose x runs over `x_span` and y over `y_span`, in an SVG of `width` x `height` user units."""

    width: int
    height: int
    x_span: tuple[float, float]
    y_span: tuple[float, float]

    def x(self, values: ArrayLike) -> Floats:
        """Return where values lie from left to right."""
        return _scaled(values, self.x_span, (_LEFT, self.width - _RIGHT))

    def y(self, values: ArrayLike) -> Floats:
        """Return where values lie from the top down."""
        return _scaled(values, self.y_span, (self.height - _BOTTOM, _TOP))

    def svg(self, label: str, parts: Sequence[str]) -> str:
        """Return the chart as an `<svg>` element; `label` describes it to who cannot see it."""
        drawn = "".join(parts)
        return f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(label)}">{drawn}</svg>'

    def y_axis(self, text: Callable[[float], str], *, count: int = 5, title: str = "") -> str:
        """Return horizontal lines at round values with their labels."""
        left, right = f"{_LEFT}", f"{self.width - _RIGHT}"
        parts = [_label(0, 10, title, "start", "unit")] if title else []
        for value, y in _placed(round_values(self.y_span, count), self.y):
            kind = "zero" if value == 0 else "grid"
            parts.append(f'<line class="{kind}" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(_label(_LEFT - 8, y + 4, text(value), "end"))
        return "".join(parts)

    def x_axis(self, text: Callable[[float], str], *, count: int = 6) -> str:
        """Return labels of round values below the plot."""
        ticks = _placed(round_values(self.x_span, count), self.x)
        return "".join(_label(x, self.height - 7, text(value), "middle") for value, x in ticks)

    def time_axis(self) -> str:
        """Return labels of round times (UTC) below the plot; x is in us."""
        length = self.x_span[1] - self.x_span[0]
        step = next((step for step in _TIME_STEPS_US if length / step <= self.width / 120), _TIME_STEPS_US[-1])
        first = math.ceil(self.x_span[0] / step) * step
        times = np.arange(first, self.x_span[1] + 1, step)
        form = "%H:%M" if step < DAY_US else "%d %b" if step < 300 * DAY_US else "%b %Y"
        parts = []
        for ts_us, x in _placed(times.tolist(), self.x):
            moment = utc(int(ts_us))
            midnight = moment.hour == moment.minute == 0
            words = moment.strftime("%d %b" if midnight and step < DAY_US else form)
            parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{self.height - _BOTTOM}"/>')
            parts.append(_label(x, self.height - 7, words, "middle"))
        return "".join(parts)


def padded(values: ArrayLike, *, share: float = 0.06, include: Sequence[float] = ()) -> tuple[float, float]:
    """Return a span that holds `values` and `include` with a margin; never empty."""
    found = np.concatenate([np.asarray(values, dtype=np.float64).ravel(), np.asarray(include, dtype=np.float64)])
    found = found[np.isfinite(found)]
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 0.0)
    margin = share * (high - low) or max(1.0, 0.01 * abs(high))
    return low - margin, high + margin


def round_values(span: tuple[float, float], count: int) -> list[float]:
    """Return about `count` multiples of 1, 2 or 5 times a power of ten within `span`."""
    rough = (span[1] - span[0]) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.ceil(span[0] / step - 1e-9), math.floor(span[1] / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(number * step, digits) + 0.0 for number in range(first, last + 1)]


def polyline(x: Floats, y: Floats, kind: str) -> str:
    """Return a line through points."""
    return f'<polyline class="{kind}" points="{_points(x, y)}"/>'


def polygon(x: Floats, y: Floats, kind: str) -> str:
    """Return an area."""
    return f'<polygon class="{kind}" points="{_points(x, y)}"/>'


def staircase(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the corners of a line that holds each level until the next."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def signed_tick(value: float) -> str:
    """Return the label of a result on an axis."""
    return signed(value, 1) if value else "0"


def tone(value: float) -> str:
    """Return the class of a result's colour, `gain` or `loss`."""
    return "gain" if value > 0 else "loss"


def _scaled(values: ArrayLike, span: tuple[float, float], onto: tuple[float, float]) -> Floats:
    share = (np.asarray(values, dtype=np.float64) - span[0]) / ((span[1] - span[0]) or 1.0)
    return np.asarray(onto[0] + share * (onto[1] - onto[0]))


def _placed(values: Sequence[float], scale: Callable[[ArrayLike], Floats]) -> list[tuple[float, float]]:
    return list(zip(values, scale(values).tolist(), strict=True))


def _label(x: float, y: float, text: str, anchor: str, kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _points(x: Floats, y: Floats) -> str:
    return " ".join(f"{one:.1f},{two:.1f}" for one, two in zip(x.tolist(), y.tolist(), strict=True))
