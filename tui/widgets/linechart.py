from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from psky.domain import text as fmt
from tui.widgets.axes import Scale, round_values
from tui.widgets.braille import Canvas, steps

_GUTTER = 9


class LineChart(Widget, can_focus=True):
    """A curve of values that each hold until the next, in braille; it draws its own lines, so that it can be live."""

    ALLOW_MAXIMIZE = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"linechart--{name}" for name in ("gain", "loss", "axis")}

    def __init__(self, *, empty: str = "nothing yet", id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._times: tuple[float, ...] = ()
        self._values: tuple[float, ...] = ()
        self._empty = empty
        self._rows: list[str] = []
        self._scale = Scale(low=0.0, high=0.0, lines=1)

    def show(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Draw other values, one at each time."""
        if (given := (tuple(times), tuple(values))) != (self._times, self._values):
            self._times, self._values = given
            self._draw()

    def copy_text(self) -> str:
        """Return times and values, one pair a line."""
        pairs = zip(self._times, self._values, strict=True)
        return "\n".join(f"{fmt.utc_minute(int(time))}\t{value:.6g}" for time, value in pairs)

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Draw one line: above zero as a gain, below as a loss."""
        width, axis = self.size.width, self.get_component_rich_style("linechart--axis")
        if not self._rows:
            words = f"{self._empty:^{width}}"[:width] if y == self.size.height // 2 else " " * width
            return Strip([Segment(words, axis)], width)
        if y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        labels = {self._scale.line(value): value for value in self._labels()}
        label = fmt.signed(labels[y]) if y in labels else ""
        zero = self._scale.line(0.0)
        tone = self.get_component_rich_style(f"linechart--{'gain' if y <= zero else 'loss'}")
        row = self._rows[y].replace(" ", "╌") if y == zero else self._rows[y]
        line = [Segment(f"{label:>{_GUTTER - 2}} {'┤' if label else '│'}", axis), Segment(row, tone)]
        return Strip(line).adjust_cell_length(width, self.rich_style)

    def _labels(self) -> list[float]:
        return [0.0, *round_values(self._scale.low, self._scale.high, max(1, self._scale.lines // 3))]

    def _draw(self) -> None:
        width, height = self.size.width - _GUTTER, self.size.height
        self._rows = []
        if self._values and width > 1 and height > 1:
            low, high = min(0.0, *self._values, 0.0), max(0.0, *self._values, 0.0)
            if low == high:
                low, high = -1.0, 1.0
            self._scale = Scale(low=low, high=high, lines=height)
            dots = Scale(low=low, high=high, lines=4 * height)
            canvas = Canvas(width, height)
            spans = steps(self._times, self._values, self._times[0], self._times[-1], canvas.dots_wide)
            for x, (bottom, top, _) in enumerate(spans):
                canvas.column(x, dots.line(top), dots.line(bottom))
            self._rows = canvas.rows()
        self.refresh()
