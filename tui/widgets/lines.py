"""Text that changes often, of which only the lines that changed are drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from tui.widgets.still import Still


class Lines(Still):
    """A text as high as it is, wrapped where it has to be."""

    DEFAULT_CSS: ClassVar[str] = "Lines { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # there are none to look for
        self._lines: list[Content] = [Content()]
        self._drawn: list[list[Strip]] = []  # of each line those that it takes at this width
        self._width: int | None = None

    @property
    def text(self) -> Content:
        """What is shown."""
        return Content("\n").join(self._lines)

    def show(self, lines: Sequence[Content]) -> None:
        """Show other lines."""
        before, drawn = self._lines, self._drawn
        same = [line.is_same(old) for line, old in zip(lines, before, strict=False)]
        if all(same) and len(lines) == len(before):
            return
        self._lines = list(lines)
        if self._width is None or self._width != self.size.width:
            self.refresh(layout=True)
            return
        self._drawn = [
            drawn[number] if number < len(same) and same[number] else self._draw(number, line)
            for number, line in enumerate(lines)
        ]
        if list(map(len, drawn)) == list(map(len, self._drawn)):
            self._refresh_changed(drawn)
        else:
            self.refresh(layout=True)

    def _refresh_changed(self, before: list[list[Strip]]) -> None:
        changed, y = [], 0
        for old, drawing in zip(before, self._drawn, strict=True):
            if drawing is not old:
                changed.append(Region(0, y, self.size.width, len(drawing)))
            y += len(drawing)
        self.refresh(*changed)

    def render(self) -> Content:
        """Return the text, by which its height is measured and of which a part can be selected."""
        return self.text

    def render_line(self, y: int) -> Strip:
        """Draw one line; what is selected is drawn by Textual."""
        if self.text_selection is not None:
            return super().render_line(y)
        lines = [line for drawing in self._drawings() for line in drawing]
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def notify_style_update(self) -> None:
        """Let go of lines in other colours."""
        super().notify_style_update()
        self._width = None

    def _drawings(self) -> list[list[Strip]]:
        if self._width != self.size.width:
            self._width = self.size.width
            self._drawn = [self._draw(*line) for line in enumerate(self._lines)]
        return self._drawn

    def _draw(self, number: int, line: Content) -> list[Strip]:
        # Drawn alone a line is the first: for a selection it is told where it stands in the text.
        if "\t" in line.plain or line.cell_length > self.size.width:
            width, style = self.size.width, self.visual_style
            strips = Visual.to_strips(self, line, width, None, style, apply_selection=False)
            return [strip.apply_offsets(_first_character(strip), number) for strip in strips]
        segments, x = [], 0
        for text, style in line.render(self.visual_style, end="", parse_style=_style):
            segments.append(Segment(text, style.rich_style_with_offset(x, number)))
            x += len(text)
        return [Strip(segments, line.cell_length)]


def _style(style: str | Style) -> Style:
    return style if isinstance(style, Style) else Style.parse(style)


def _first_character(strip: Strip) -> int:
    offsets = (segment.style.meta.get("offset") for segment in strip if segment.style is not None)
    return next((offset[0] for offset in offsets if offset is not None), 0)
