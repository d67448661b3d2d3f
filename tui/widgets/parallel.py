from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.strip import Strip
from textual.widget import Widget

from psky.app.export import Cell as Value
from psky.domain import text as fmt
from tui.keys import bind
from tui.widgets.parallel_picture import CURSOR, KINDS, Axis, Cell, Line, columns_of, draw, overlaid

_APART = 13  # columns between two axes at least: a name and a blank
_HEAD, _FOOT = 2, 1  # names and highest values, lowest values


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What is drawn: axes, of which the first always stays in sight, lines over them, and the values behind them."""

    title: str
    axes: tuple[Axis, ...] = ()
    lines: tuple[Line, ...] = ()
    values: tuple[tuple[Value, ...], ...] = ()
    """A row for each line: what is exported, under `heads`."""
    heads: tuple[str, ...] = ()


class Parallel(Widget, can_focus=True):
    """Lines over parallel axes. Where not all axes fit, some are shown, the first of all always among them."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("left,h", "pan(-1)", "axes left", show=False),
        bind("right,l", "pan(1)", "axes right", show=False),
        bind("home,g", "edge(-1)", "first axes", show=False),
        bind("end,G", "edge(1)", "last axes", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"parallel--{name}" for name in (CURSOR, *KINDS, "axis", "name", "here")}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._given = Lines(title="")
        self._first = 1
        self._here = ""
        self._number: int | None = None
        self._drawn: tuple[object, list[list[Cell]]] | None = None
        self._rows: list[list[Cell]] = []

    def show(self, given: Lines, here: str = "", number: int | None = None) -> None:
        """Draw other lines, the one of this number over the others.

        The axis `here` stands out, and is brought into sight when it is another than before.
        """
        moved, self._given, self._here, self._number = here != self._here, given, here, number
        names = [axis.name for axis in given.axes]
        if moved and here in names[1:]:
            at = names.index(here)
            self._first = min(max(self._first, at - self._room + 1), at)
        self._draw()

    def copy_text(self) -> str:
        """Return the values behind the lines, a line a row under a row of names, set apart by tabs."""
        rows = [self._given.heads, *self._given.values]
        return "\n".join("\t".join("" if value is None else fmt.anything(value) for value in row) for row in rows)

    def export_columns(self) -> dict[str, list[Value]]:
        """Return the values behind the lines, column by column."""
        return {head: [row[index] for row in self._given.values] for index, head in enumerate(self._given.heads)}

    # Which axes are in sight

    @property
    def _room(self) -> int:
        # For axes beside the first.
        return max(1, (self.size.width - 1) // _APART)

    @property
    def _last_first(self) -> int:
        return max(1, len(self._given.axes) - self._room)

    def _shown(self) -> list[int]:
        return [0, *range(self._first, min(len(self._given.axes), self._first + self._room))]

    def action_pan(self, by: int) -> None:
        """Move by an axis."""
        self._first += by
        self._draw()

    def action_edge(self, side: int) -> None:
        """Move to the first or the last axes."""
        self._first = 1 if side < 0 else self._last_first
        self._draw()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._draw()

    # Drawing

    def _draw(self) -> None:
        self._first = min(max(1, self._first), self._last_first)
        width, height = self.size.width, self.size.height - _HEAD - _FOOT
        self._rows = []
        if self._given.lines and len(self._given.axes) > 1 and width > _APART and height > 1:
            shown = self._shown()
            lines = [replace(line, places=tuple(line.places[index] for index in shown)) for line in self._given.lines]
            key = (self._given, shown, width, height)
            if self._drawn is None or self._drawn[0] != key:  # the cursor moves often, the lines seldom
                self._drawn = (key, draw([self._given.axes[index] for index in shown], lines, width, height))
            chosen = next((line for line in lines if line.number == self._number), None)
            self._rows = self._drawn[1] if chosen is None else overlaid(self._drawn[1], chosen)
        self._tell()
        self.refresh()

    def _tell(self) -> None:
        count, shown = len(self._given.axes) - 1, len(self._shown()) - 1
        hidden = self._rows and shown < count
        part = f" · values {self._first} to {self._first + shown - 1} of {count}" if hidden else ""
        self.border_title = f"{self._given.title}{part}"

    def render_line(self, y: int) -> Strip:
        """Draw one line: names, highest values, the lines, lowest values."""
        width = self.size.width
        if not self._rows:
            words = f"{'nothing to show yet':^{width}}"[:width] if y == self.size.height // 2 else " " * width
            return Strip([Segment(words, self.get_component_rich_style("parallel--axis"))], width)
        if y < _HEAD or y >= _HEAD + len(self._rows):
            return self._labels(y)
        return self._strip(self._rows[y - _HEAD])

    def _labels(self, y: int) -> Strip:
        axes = [self._given.axes[index] for index in self._shown()]
        texts = [axis.label if y == 0 else axis.high if y == 1 else axis.low for axis in axes]
        columns = columns_of(len(axes), self.size.width)
        widest, end = max(1, self.size.width // len(axes) - 1), self.size.width
        line: list[Cell] = [(" ", "")] * end
        for column, text, axis in reversed([*zip(columns, texts, axes, strict=True)]):
            short = text if len(text) <= widest else f"{text[: widest - 1]}…"
            # In the middle of its axis, but inside of the line and left of the label that follows.
            left = max(0, min(column - len(short) // 2, end - len(short)))
            tone = "axis" if y else "here" if axis.name == self._here else "name"
            line[left : left + len(short)] = [(letter, tone) for letter in short]
            end = left - 1
        return self._strip(line)

    def _strip(self, cells: list[Cell]) -> Strip:
        tones = groupby(cells, key=lambda cell: cell[1])
        return Strip([Segment("".join(glyph for glyph, _ in group), self._style(tone)) for tone, group in tones])

    def _style(self, tone: str) -> Style:
        return self.get_component_rich_style(f"parallel--{tone}") if tone else self.rich_style
