from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from psky.domain.text import signed
from tui.widgets.braille import Canvas

_GUTTER = 10
_BLANK = 0x2800
# Where dots of several kinds share a cell, it has the colour of the first of these.
_KINDS = ("best", "dot", "faint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A point of a picture; `kind` is `dot`, `faint` or `best`."""

    x: float
    y: float
    kind: str = "dot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a scatter plot shows: points, a line of steps over them, and the words below its two ends."""

    title: str
    dots: Sequence[Dot] = ()
    steps: Sequence[Dot] = ()
    """Each holds until the next, in order of x."""
    left: str = ""
    right: str = ""
    ends: tuple[float, float] | None = None
    """Of both axes, where they are to be alike; None for those of the points."""
    label: Callable[[float], str] = signed
    """Of the ends of the axis that goes up."""
    empty: str = "nothing to show yet"


class Scatter(Widget, can_focus=True):
    """Points over a line, in braille."""

    ALLOW_MAXIMIZE = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {"scatter--axis", *(f"scatter--{kind}" for kind in _KINDS)}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._picture = Picture(title="")

    def show(self, picture: Picture) -> None:
        """Draw another picture."""
        self._picture = picture
        self.border_title = picture.title
        self.refresh()

    def copy_text(self) -> str:
        """Return the points, x and y, one a line."""
        return "\n".join(f"{dot.x:.10g}\t{dot.y:.10g}" for dot in self._picture.dots)

    def render(self) -> Text:
        """Draw the picture at the widget's present size."""
        width, height = self.size.width - _GUTTER, self.size.height - 1
        if not self._picture.dots or width < _GUTTER or height < 2:
            return Text(self._picture.empty, style=self._style("axis"), justify="center")
        low, high = self._picture.ends or _ends([dot.y for dot in self._picture.dots])
        axis = self._style("axis")
        rows = self._rows(width, height, low, high)
        lines = [Text.assemble((f"{label:>{_GUTTER - 2}} ┤", axis), row) for label, row in rows]
        left, right = self._picture.left, self._picture.right
        between = max(1, self.size.width - _GUTTER - len(left) - len(right))
        lines.append(Text(f"{' ' * _GUTTER}{left}{' ' * between}{right}"[: self.size.width], style=axis))
        return Text("\n").join(lines)

    def _rows(self, width: int, height: int, low: float, high: float) -> list[tuple[str, Text]]:
        layers = {kind: Canvas(width, height) for kind in _KINDS}
        first, last = self._picture.ends or _ends([dot.x for dot in self._picture.dots])
        across = (2 * width - 1) / ((last - first) or 1.0)
        down = (4 * height - 1) / ((high - low) or 1.0)

        def place(dot: Dot) -> tuple[int, int]:
            y = min(max(dot.y, low), high)
            return round((dot.x - first) * across), round((high - y) * down)

        for dot in self._picture.dots:
            x, y = place(dot)
            layers[dot.kind].column(x, y, y)
        ends = [*(place(dot)[0] for dot in self._picture.steps[1:]), 2 * width]
        for step, end in zip(self._picture.steps, ends, strict=bool(self._picture.steps)):
            x, y = place(step)
            for column in range(x, end):
                layers["best"].column(column, y, y)
        labels = {0: self._picture.label(high), height - 1: self._picture.label(low)}
        drawn = zip(*(layers[kind].rows() for kind in _KINDS), strict=True)
        return [(labels.get(y, ""), self._merged(row)) for y, row in enumerate(drawn)]

    def _merged(self, rows: tuple[str, ...]) -> Text:
        text = Text(no_wrap=True)
        for cells in zip(*rows, strict=True):
            bits, kind = 0, ""
            for cell, name in zip(cells, _KINDS, strict=True):
                if cell != " ":
                    bits |= ord(cell) - _BLANK
                    kind = kind or name
            text.append(chr(_BLANK + bits) if bits else " ", self._style(kind) if kind else None)
        return text

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"scatter--{name}", partial=True)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)
