from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from psky.domain import text as fmt
from tui.widgets.axes import Scale, round_values
from tui.widgets.braille import Canvas, steps
from tui.widgets.palette import Palette
from tui.widgets.still import Still

_GUTTER = 9


class LineChart(Still, can_focus=True):
    """A curve of values that each hold until the next, in braille; it draws its own lines, so that it can be live."""

    ALLOW_MAXIMIZE = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"linechart--{name}" for name in ("gain", "loss", "axis")}

    def __init__(self, *, empty: str = "nothing yet", id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._times: tuple[float, ...] = ()
        self._values: tuple[float, ...] = ()
        self._empty = empty
        self._palette = Palette(self)
        self._lines: list[_Line] = []

    def show(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Draw other values, one at each time."""
        if (given := (tuple(times), tuple(values))) == (self._times, self._values):
            return
        self._times, self._values = given
        before = self._lines
        self._draw()
        if len(before) != len(self._lines):
            self.refresh()
            return
        pairs = enumerate(zip(before, self._lines, strict=True))
        if changed := [Region(0, y, self.size.width, 1) for y, (was, now) in pairs if was != now]:
            self.refresh(*changed)

    def copy_text(self) -> str:
        """Return times and values, one pair a line."""
        pairs = zip(self._times, self._values, strict=True)
        return "\n".join(f"{fmt.utc_minute(int(time))}\t{value:.6g}" for time, value in pairs)

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._draw()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line: above zero as a gain, below as a loss."""
        width, axis = self.size.width, self._palette.component("linechart--axis")
        if not self._lines:
            words = f"{self._empty:^{width}}"[:width] if y == self.size.height // 2 else " " * width
            return Strip([Segment(words, axis)], width)
        if y >= len(self._lines):
            return Strip.blank(width, self._palette.base)
        line = self._lines[y]
        tone = self._palette.component(f"linechart--{'gain' if line.is_gain else 'loss'}")
        return Strip([Segment(line.label, axis), Segment(line.dots, tone)], width)

    def notify_style_update(self) -> None:
        """Forget other colours."""
        super().notify_style_update()
        self._palette.clear()

    def _draw(self) -> None:
        width, height = self.size.width - _GUTTER, self.size.height
        room = bool(self._values) and width > 1 and height > 1
        self._lines = _lines(self._times, self._values, width, height) if room else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    label: str
    dots: str
    is_gain: bool


def _lines(times: Sequence[float], values: Sequence[float], width: int, height: int) -> list[_Line]:
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if low == high:
        low, high = -1.0, 1.0
    scale, dots = (Scale(low=low, high=high, lines=lines) for lines in (height, 4 * height))
    canvas = Canvas(width, height)
    bottoms, tops, _ = zip(*steps(times, values, times[0], times[-1], canvas.dots_wide), strict=True)
    for x, (top, bottom) in enumerate(zip(dots.lines_of(tops), dots.lines_of(bottoms), strict=True)):
        canvas.column(x, top, bottom)
    zero, labels = scale.line(0.0), _labels(scale)
    return [
        _Line(
            label=f"{labels.get(y, ''):>{_GUTTER - 2}} {'┤' if y in labels else '│'}",
            dots=row.replace(" ", "╌") if y == zero else row,
            is_gain=y <= zero,
        )
        for y, row in enumerate(canvas.rows())
    ]


def _labels(scale: Scale) -> dict[int, str]:
    values = [0.0, *round_values(scale.low, scale.high, max(1, scale.lines // 3))]
    return {scale.line(value): fmt.signed(value) for value in values}
