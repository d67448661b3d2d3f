"""How results are spread: a histogram of R."""

from __future__ import annotations

import numpy as np

from psky.backtest.charts.frame import HALF, Floats, Frame, round_values, signed_tick, tone
from psky.domain.text import integer, signed

_HEIGHT = 300


def histogram_svg(net_r: Floats) -> str:
    """Return how many trades earned how much, in bins of a round width whose edges include zero; the mean is marked."""
    edges = _edges(net_r)
    counts, _ = np.histogram(net_r, edges)
    most = max(1, int(counts.max()) if counts.size else 1)
    frame = Frame(width=HALF, height=_HEIGHT, x_span=(float(edges[0]), float(edges[-1])), y_span=(0.0, most * 1.08))
    parts = [frame.y_axis(integer, count=min(5, most), title="trades"), frame.x_axis(signed_tick)]
    left, right, tops, floor = frame.x(edges[:-1]), frame.x(edges[1:]), frame.y(counts), float(frame.y(0.0))
    for number, count in enumerate(counts.tolist()):
        if count:
            middle = (edges[number] + edges[number + 1]) / 2
            words = f"{count} from {signed(edges[number])} to {signed(edges[number + 1])} R"
            parts.append(
                f'<rect class="{tone(middle)}" x="{left[number] + 0.5:.1f}" y="{tops[number]:.1f}" '
                f'width="{right[number] - left[number] - 1:.1f}" height="{floor - tops[number]:.1f}">'
                f"<title>{words}</title></rect>"
            )
    if len(net_r):
        parts.append(_mean(frame, float(net_r.mean())))
    return frame.svg(f"Distribution of {len(net_r)} results in R", parts)


def _edges(net_r: Floats) -> Floats:
    low, high = (float(net_r.min()), float(net_r.max())) if len(net_r) else (-1.0, 1.0)
    low, high = min(low, -0.5), max(high, 0.5)
    values = round_values((low, high), 16)
    step = values[1] - values[0]
    return step * np.arange(np.floor(low / step), np.ceil(high / step) + 1)


def _mean(frame: Frame, mean: float) -> str:
    (x,), (top, floor) = frame.x([mean]), frame.y([frame.y_span[1], 0.0])
    return (
        f'<line class="mean" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{floor:.1f}"/>'
        f'<text class="label" x="{x + 5:.1f}" y="{top + 10:.1f}">mean {signed(mean)}</text>'
    )
