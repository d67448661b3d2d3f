from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from psky.backtest.charts.equity import drawdown_svg, equity_svg
from psky.backtest.charts.foresight import deciles_svg, reliability_svg
from psky.backtest.charts.frame import Frame, padded, round_values
from psky.backtest.charts.histogram import histogram_svg
from psky.backtest.charts.price import MOST_TRADES, price_svg
from psky.backtest.findings import Bin, Calibration, Decile

SPAN = (1_600_000_000_000_000, 1_600_086_400_000_000)
DAY_US = SPAN[1] - SPAN[0]
RESULTS: tuple[list[float], ...] = ([], [1.0], [-1.0], [0.0], [1.0, -2.0, 3.5, 3.5])


def times(count: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = (SPAN[0] + DAY_US * np.arange(1, count + 1) // (count + 1)).astype(np.int64)
    return found


def floats(values: list[float]) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def trades(net_r: list[float], price: float = 100.0) -> pl.DataFrame:
    at = times(len(net_r))
    return pl.DataFrame(
        {
            "side": ["long" if row % 2 else "short" for row in range(len(net_r))],
            "entry_ts_us": at - 1000,
            "exit_ts_us": at,
            "entry_price": [price] * len(net_r),
            "exit_price": [price + value for value in net_r],
            "exit_reason": ["target"] * len(net_r),
            "net_r": floats(net_r),
        },
        schema_overrides={
            "side": pl.String,
            "exit_reason": pl.String,
            "entry_price": pl.Float64,
            "exit_price": pl.Float64,
        },
    )


def prices(count: int) -> pl.DataFrame:
    return pl.DataFrame({"ts_us": times(count), "close": 100 + np.sin(np.arange(count) / 9.0)})


def calibration(bins: int) -> Calibration:
    rows = [Bin(rows=9, forecast=(one + 0.5) / bins, outcome=one / max(1, bins - 1)) for one in range(bins)]
    return Calibration(rows=9 * bins, brier=0.2, log_loss=0.6, ece=0.1, auc=None, bins=rows)


def deciles(count: int) -> list[Decile]:
    return [
        Decile(rows=9, ev_r=0.1 * one, ev_lower_r=0.05 * one, realised_r=-0.2 + 0.1 * one, error_r=0.05)
        for one in range(count)
    ]


def points(svg: str, name: str) -> list[tuple[float, float]]:
    match = re.search(rf'class="{name}" points="([^"]*)"', svg)
    assert match is not None
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in match[1].split())]


CHARTS = {
    **{f"equity {net_r}": equity_svg(times(len(net_r)), floats(net_r), SPAN) for net_r in RESULTS},
    **{f"drawdown {net_r}": drawdown_svg(times(len(net_r)), floats(net_r), SPAN) for net_r in RESULTS},
    **{f"histogram {net_r}": histogram_svg(floats(net_r)) for net_r in RESULTS},
    **{f"price {net_r}": price_svg(prices(500), trades(net_r), SPAN) for net_r in RESULTS},
    "price of a year": price_svg(prices(500_000), trades([1.0] * 2000), SPAN),
    "price of nothing": price_svg(prices(0), trades([]), SPAN),
    "price that stands still": price_svg(pl.DataFrame({"ts_us": times(2), "close": [5.0, 5.0]}), trades([]), SPAN),
    "one moment": equity_svg(np.array([5]), floats([1.0]), (5, 5)),
    **{f"reliability {bins}": reliability_svg(calibration(bins)) for bins in (1, 10)},
    **{f"deciles {count}": deciles_svg(deciles(count)) for count in (1, 10)},
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_named_and_within_its_box(name: str) -> None:
    svg = CHARTS[name]
    root = ET.fromstring(svg)  # noqa: S314 - our own
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])

    assert root.attrib["aria-label"]
    assert "nan" not in svg
    assert "inf" not in svg
    for places in re.findall(r'points="([^"]*)"', svg):
        for place in places.split():
            x, y = map(float, place.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_equity_runs_from_edge_to_edge_in_steps() -> None:
    line = points(equity_svg(times(3), floats([1.0, -2.0, 3.5]), SPAN), "equity")

    assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(line))
    assert all(one[0] <= two[0] for one, two in pairwise(line))
    assert line[-1][0] - line[0][0] > 800


def test_up_is_up_and_no_trades_are_flat() -> None:
    heights = [y for _, y in points(equity_svg(times(2), floats([1.0, 3.0]), SPAN), "equity")]

    assert heights[-1] < heights[0]
    assert len({y for _, y in points(equity_svg(times(0), floats([]), SPAN), "equity")}) == 1


def test_a_trade_that_closes_after_the_span_counts_at_its_end() -> None:
    late = equity_svg(np.array([SPAN[1] + DAY_US]), floats([2.0]), SPAN)

    assert points(late, "equity")[-1][0] == points(equity_svg(times(0), floats([]), SPAN), "equity")[-1][0]


def test_drawdown_starts_at_the_top_and_is_as_deep_as_the_fall() -> None:
    shape = points(drawdown_svg(times(3), floats([2.0, -1.5, 2.0]), SPAN), "drawdown")
    heights = [y for _, y in shape]

    assert heights[0] == heights[-1] == min(heights)
    assert "-1.50 R at the deepest" in drawdown_svg(times(3), floats([2.0, -1.5, 2.0]), SPAN)


def test_every_trade_is_a_mark_with_its_words() -> None:
    svg = price_svg(prices(500), trades([1.25, -1.0]), SPAN)

    assert (svg.count('class="trade gain"'), svg.count('class="trade loss"')) == (1, 1)
    assert (svg.count('class="exit"'), svg.count('class="cross"')) == (1, 1)
    assert "+1.25 R" in svg


def test_of_many_trades_those_that_moved_most_are_drawn() -> None:
    svg = price_svg(prices(500), trades([0.001] * MOST_TRADES + [7.5]), SPAN)

    assert svg.count('class="trade') == MOST_TRADES
    assert "+7.50 R" in svg


def test_a_thinned_price_keeps_its_extremes() -> None:
    closes = np.full(100_000, 100.0)
    closes[77_777], closes[33_333] = 200.0, 50.0
    line = points(price_svg(pl.DataFrame({"ts_us": times(100_000), "close": closes}), trades([]), SPAN), "price")
    heights = [y for _, y in line]

    assert len(line) < 3000
    assert max(heights) - min(heights) > 200


def test_the_bars_of_a_histogram_count_every_trade_and_none_spans_zero() -> None:
    net_r = np.random.default_rng(3).normal(0.1, 1.0, 400)
    found = re.findall(
        r'<rect class="(gain|loss)".*?<title>(\d+) from ([+-][\d.]+) to ([+-][\d.]+) R', histogram_svg(net_r)
    )

    assert sum(int(count) for _, count, _, _ in found) == 400
    assert all(float(low) >= 0 if kind == "gain" else float(high) <= 0 for kind, _, low, high in found)


@pytest.mark.parametrize("span", [(0.0, 1.0), (-3.2, 7.9), (1_200_000.0, 1_210_000.0), (0.59, 0.61), (-1e-6, 1e-6)])
def test_round_values_lie_within_and_are_evenly_spaced(span: tuple[float, float]) -> None:
    values = round_values(span, 5)
    steps = {round(two - one, 12) for one, two in pairwise(values)}

    assert 2 <= len(values) <= 11
    assert len(steps) == 1
    assert span[0] - 1e-9 <= values[0]
    assert values[-1] <= span[1] + 1e-9


@pytest.mark.parametrize("days", [0.01, 0.2, 1, 3, 20, 120, 900, 4000])
def test_a_time_axis_has_a_handful_of_labels(days: float) -> None:
    frame = Frame(width=960, height=200, x_span=(SPAN[0], SPAN[0] + days * DAY_US), y_span=(0, 1))

    assert 1 <= frame.time_axis().count("<text") <= 12


def test_padding_is_never_empty() -> None:
    assert padded([]) == (-1.0, 1.0)
    assert padded([5.0, 5.0]) == (4.0, 6.0)
    assert padded([0.0, float("nan")], include=[2.0], share=0.5) == (-1.0, 3.0)
