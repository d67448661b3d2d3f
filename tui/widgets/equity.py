from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from psky.app.views import BacktestView, TradeView
from psky.domain.text import signed, utc_minute
from tui.widgets.braille import Canvas, steps

_GUTTER = 10
_DRAWDOWN_FROM = 14  # lines: a lower picture shows the equity alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Equity in R, from zero at the start, as trades close."""

    times: tuple[float, ...]
    equity: tuple[float, ...]
    drawdown: tuple[float, ...]
    """How far below its peak the equity is: zero or negative."""


def curve(trades: Sequence[TradeView]) -> Curve:
    """Return the equity after each trade with a result, in order of exit."""
    closed = sorted((trade for trade in trades if math.isfinite(trade.net_r)), key=lambda trade: trade.exit_ts_us)
    equity = tuple(accumulate(trade.net_r for trade in closed))
    peaks = accumulate((0.0, *equity), max)
    next(peaks)  # the start
    return Curve(
        times=tuple(float(trade.exit_ts_us) for trade in closed),
        equity=equity,
        drawdown=tuple(value - peak for value, peak in zip(equity, peaks, strict=True)),
    )


class Equity(Widget, can_focus=True):
    """The equity curve of a backtest, with its drawdown below where there is room."""

    ALLOW_MAXIMIZE = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {"equity--gain", "equity--loss", "equity--axis"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._view: BacktestView | None = None
        self._curve = curve(())

    def show(self, view: BacktestView | None) -> None:
        """Draw another backtest."""
        self._view = view
        self._curve = curve(() if view is None else view.trades)
        if self._curve.equity:
            last, deepest = self._curve.equity[-1], min(self._curve.drawdown)
            self.border_title = f"equity {signed(last)} R · drawdown {signed(deepest)} R"
        else:
            self.border_title = "equity"
        self.refresh()

    def copy_text(self) -> str:
        """Return the curve: exit time and equity in R, one trade a line."""
        points = zip(self._curve.times, self._curve.equity, strict=True)
        return "\n".join(f"{utc_minute(int(time))}\t{value:.4f}" for time, value in points)

    def render(self) -> Text:
        """Draw the picture at the widget's present size."""
        width, height = self.size
        if self._view is None or not self._curve.equity or width < 2 * _GUTTER or height < 4:
            return Text("no closed trades in this part", style=self._tone("axis"), justify="center")
        below = height // 4 if height >= _DRAWDOWN_FROM else 0
        lines = self._panel(self._curve.equity, height - 1 - below, fill=False)
        if below:
            lines += self._panel(self._curve.drawdown, below, fill=True)
        return Text("\n").join([*lines, self._dates(width)])

    def _panel(self, values: Sequence[float], height: int, *, fill: bool) -> list[Text]:
        low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
        scale = (4 * height - 1) / (high - low or 1.0)
        canvas = Canvas(self.size.width - _GUTTER, height)
        for x, (bottom, top, _) in enumerate(self._steps(values, canvas.dots_wide)):
            canvas.column(x, 0 if fill else round((high - top) * scale), round((high - bottom) * scale))
        zero = round(high * scale) // 4
        labels = {0: signed(high), height - 1: signed(low), zero: "0"}
        return [self._line(labels.get(y, ""), row, -1 if fill else zero - y) for y, row in enumerate(canvas.rows())]

    def _steps(self, values: Sequence[float], count: int) -> list[tuple[float, float, float]]:
        if self._view is None:
            return []
        return steps(
            self._curve.times, values, float(self._view.result.start_ts_us), float(self._view.result.end_ts_us), count
        )

    def _line(self, label: str, row: str, above_zero: int) -> Text:
        axis = self._tone("axis")
        shown = row if above_zero else row.replace(" ", "╌")
        line = Text(f"{label:>{_GUTTER - 2}} ┤", style=axis, no_wrap=True)
        tone = self._tone("loss" if above_zero < 0 else "gain")
        for cell in shown:
            line.append(cell, axis if cell == "╌" else tone)
        return line

    def _dates(self, width: int) -> Text:
        if self._view is None:
            return Text()
        first, last = utc_minute(self._view.result.start_ts_us), f"{utc_minute(self._view.result.end_ts_us)} UTC"
        return Text(f"{first}{last:>{max(1, width - len(first))}}"[:width], style=self._tone("axis"))

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"equity--{name}", partial=True)
