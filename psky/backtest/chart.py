"""Line charts as SVG, drawn here so that a report needs no network and no script."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import utc_text

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 960, 280, 64, 28, 12


def equity_svg(ts_us: NDArray[np.int64], equity_r: NDArray[np.float64], span_us: tuple[int, int]) -> str:
    """Return a step chart of equity in R over a span of time, with its drawdown shaded, as an `<svg>` element.

    Args:
        ts_us: times at which equity changes, int64 (n,), ascending.
        equity_r: equity after each change, float64 (n,).
        span_us: first and last moment of the chart.
    """
    times = np.concatenate([[span_us[0]], ts_us, [span_us[1]]])
    levels = np.concatenate([[0.0], equity_r, [equity_r[-1] if len(equity_r) else 0.0]])
    peaks = np.maximum.accumulate(levels)
    low, high = float(levels.min()), float(peaks.max())
    margin = 0.05 * (high - low) or 1.0
    low, high = low - margin, high + margin
    x = LEFT + (times - times[0]) / max(1, times[-1] - times[0]) * (WIDTH - LEFT - 8)

    def y(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return TOP + (high - values) / (high - low) * (HEIGHT - TOP - BOTTOM)

    line, peak = _steps(x, y(levels)), _steps(x, y(peaks))
    shade = " ".join([*peak, *reversed(line)])
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Equity in R">'
        f"{_grid(low, high)}{_dates(span_us)}"
        f'<polygon class="drawdown" points="{shade}"/>'
        f'<polyline class="equity" points="{" ".join(line)}"/></svg>'
    )


def _steps(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    points = [f"{x[0]:.1f},{y[0]:.1f}"]
    for row in range(1, len(x)):
        points += [f"{x[row]:.1f},{y[row - 1]:.1f}", f"{x[row]:.1f},{y[row]:.1f}"]
    return points


def _grid(low: float, high: float) -> str:
    parts = []
    for level in np.linspace(low, high, 5):
        y = TOP + (high - level) / (high - low) * (HEIGHT - TOP - BOTTOM)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{level:+.1f}</text>'
        )
    return "".join(parts)


def _dates(span_us: tuple[int, int]) -> str:
    parts = []
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        moment = int(span_us[0] + share * (span_us[1] - span_us[0]))
        x = LEFT + share * (WIDTH - LEFT - 8)
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{utc_text(moment)[:16]}</text>')
    return "".join(parts)
