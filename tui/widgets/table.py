from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.columns.column import Column
from tui.keys import bind
from tui.ordering import AT_ONCE, Value
from tui.privacy import CURTAIN
from tui.widgets import cells
from tui.widgets.arrangement import Arranged, Arrangement
from tui.widgets.kept import KeptLines
from tui.widgets.palette import Palette
from tui.widgets.still import Still

Row = TypeVar("Row")
_HEADER = 1
_NEW = 50  # rows at most that come above at once and let those below keep their shades


class Table(ScrollView, Still, Generic[Row], can_focus=True):
    """A table that draws the rows in sight and nothing else, so that thousands cost what forty do.

    The first column stays in sight while the others scroll. The cursor stays on its row (as `identity` names it) when
    the order, the filter or the rows change; on the first row of a table that `follows` it stays on the first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter", "pick", "open"),
        bind("up,k", "move(-1)", "row up", show=False),
        bind("down,j", "move(1)", "row down", show=False),
        bind("left,h", "column(-1)", "column left", show=False),
        bind("right,l", "column(1)", "column right", show=False),
        bind("home,g", "edge(-1)", "first row", show=False),
        bind("end,G", "edge(1)", "last row", show=False),
        bind("pageup,ctrl+b", "page(-1)", "page up", show=False),
        bind("pagedown,ctrl+f", "page(1)", "page down", show=False),
        bind("s", "sort_next", "sort"),
        bind("S", "sort_reverse", "reverse"),
        bind("o", "sort_here", "sort by the cursor's column", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{name}" for name in ("header", "odd", "row", "cell", "gain", "loss", "warn", "dim")
    }

    cursor_row: reactive[int] = reactive(0, repaint=False)
    cursor_column: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message, bubble=False):
        """The cursor is on another row or column, or on none; told to the screen."""

    class Picked(Message):
        """The row under the cursor was chosen."""

    class Rearranged(Message, bubble=False):
        """Rows, order or filter changed; told to the screen."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        identity: Callable[[Row], object],
        picks: bool = True,
        follows: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._identity = identity
        self._picks = picks
        self._follows = follows
        self._palette = Palette(self)
        self._kept: KeptLines[Row] = KeptLines()
        self._head: tuple[object, ...] = ()
        self._above = 0
        self._widths = cells.widths(columns, ())
        self._rows: list[Row] = []
        self._accept: Callable[[Row], bool] | None = None
        self._wanted: Arrangement[Row] | None = None
        self._copied: tuple[object, str] | None = None
        self.shown: list[Row] = []
        self.sort_key: str | None = None
        self.descending = False

    # What is shown

    @property
    def total(self) -> int:
        """The number of rows before the filter."""
        return len(self._rows)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.shown[self.cursor_row] if self.cursor_row < len(self.shown) else None

    @property
    def current_column(self) -> Column[Row]:
        """The column under the cursor."""
        return self._columns[self.cursor_column]

    @property
    def sort_text(self) -> str:
        """The order in words, to follow a title: ` · by score ▼`, with an ellipsis until the rows are in it."""
        titles = {column.key: column.title for column in self._columns}
        order = f" · by {titles[self.sort_key]} {self._arrow(self.sort_key)}" if self.sort_key in titles else ""
        return order if self._wanted is None else f"{order} …"

    def set_rows(self, rows: Sequence[Row], columns: Sequence[Column[Row]] | None = None) -> None:
        """Show other rows, under other columns if given."""
        before = self._columns if self._rows else ()
        self._columns = self._columns if columns is None else tuple(columns)
        self._rows = list(rows)
        if not self._follows or before != self._columns:  # else few are new, and measured where they are seen
            self._widths = cells.widths(self._columns, self._rows)
        self.cursor_column = min(self.cursor_column, len(self._columns) - 1)
        self._arrange()

    def set_filter(self, accept: Callable[[Row], bool] | None) -> None:
        """Show the rows that pass, all of them for None."""
        self._accept = accept
        self._arrange()

    def sort_by(self, key: str, *, descending: bool) -> None:
        """Order the rows by a column."""
        self.sort_key, self.descending = key, descending
        self._arrange()

    def move_to(self, identity: object) -> bool:
        """Put the cursor on a row; return whether it is shown."""
        for index, row in enumerate(self.shown):
            if self._identity(row) == identity:
                self.cursor_row = index
                return True
        return False

    def copy_text(self) -> str:
        """Return the cell under the cursor; asked again on the same row, the whole row, its cells set apart by tabs."""
        row = self.current
        if row is None:
            return ""
        text = self._columns[self.cursor_column].shown(row)
        again = self._copied == (self._identity(row), text)
        self._copied = None if again else (self._identity(row), text)
        return "\t".join(column.shown(row) for column in self._columns) if again else text

    def export_columns(self) -> dict[str, list[Value]]:
        """Return the rows that are shown, column by column; what is hidden stays hidden."""
        return {
            column.key: [column.shown(row) if column.hidden else column.value(row) for row in self.shown]
            for column in self._columns
        }

    def _arrange(self) -> None:
        at_top = self._follows and self.cursor_row == 0
        self._wanted = wanted = Arrangement(
            rows=self._rows,
            accept=self._accept,
            column=next((column for column in self._columns if column.key == self.sort_key), None),
            descending=self.descending,
            identity=self._identity,
            current=None if self.current is None or at_top else self._identity(self.current),
        )
        if len(self._rows) <= AT_ONCE:
            self.on_arranged(wanted.make())
        else:
            self.run_worker(lambda: self.post_message(wanted.make()), thread=True, group="arrange")
            self.refresh()
            self._tell(self.Rearranged())

    def on_arranged(self, made: Arranged[Row]) -> None:
        """Show the rows that were put in order, unless another order was wanted since."""
        if made.wanted is not self._wanted:
            return
        shown, place = made.rows, made.place
        self._wanted = None
        first, moved = self.shown[:1], self.current is None or self._identity(self.current) != made.wanted.current
        self.shown = shown
        if self._follows and first:  # whose shade it keeps when rows come above it
            self._above -= next((index for index, row in enumerate(shown[:_NEW]) if row is first[0]), 0)
        self.cursor_row = min(self.cursor_row if place is None or moved else place, max(0, len(shown) - 1))
        self._reveal()
        head = (self._columns, self._widths, self.sort_key, self.descending)
        if head == self._head:
            self._refresh_rows()
        else:
            self._head = head
            self.refresh()
        self._tell(self.Rearranged())
        self._tell(self.Highlighted())

    def _tell(self, message: Message) -> None:
        if self.is_attached:
            self.screen.post_message(message)

    # Drawing

    def draw_lines(self, crop: Region) -> list[Strip]:
        """Draw lines; a row that was drawn before and looks as it did is not drawn again, wherever it stands now."""
        if (crop.x, crop.width) != (0, self.outer_size.width):
            return super().draw_lines(crop)
        self._kept.look(self._columns, CURTAIN.drawn, self._widths, self.scroll_offset.x, crop.width)
        places = self._places(crop.line_range)
        lines = [None if place is None else self._kept.get(*place) for place in places]
        for known, run in groupby(range(len(lines)), key=lambda index: lines[index] is not None):
            if not known:
                first, *others = run
                drawn = super().draw_lines(Region(0, crop.y + first, crop.width, 1 + len(others)))
                lines[first : first + len(drawn)] = drawn
        for place, line in zip(places, lines, strict=True):
            if place is not None and line is not None:
                self._kept.put(*place, line)
        return [line for line in lines if line is not None]

    def _places(self, lines: range) -> list[tuple[Row, int] | None]:
        # The row that stands at each line of the widget, and its shade; None where another line is, or the cursor.
        first = self.styles.gutter.top + _HEADER
        inside = range(first, first + self.scrollable_content_region.height - _HEADER)
        down, cursor, shown = self.scroll_offset.y - first, self.cursor_row, self.shown
        return [
            (shown[y + down], self._shade(y + down))
            if y in inside and y + down < len(shown) and y + down != cursor
            else None
            for y in lines
        ]

    def _shade(self, index: int) -> int:
        return (index + self._above) % 2

    def render_line(self, y: int) -> Strip:
        """Draw the header or the row that is at line `y` below the border."""
        if y < _HEADER:
            style = self._palette.component("table--header")
            return self._window(cells.header(self._columns, self._widths, self._arrow, style), style)
        index = y - _HEADER + self.scroll_offset.y
        if index >= len(self.shown):
            return Strip.blank(self.size.width, self._palette.base)
        base = self._row_style(index)
        segments = [self._cell(position, index, base) for position in range(len(self._columns))]
        return self._window(segments, base)

    def notify_style_update(self) -> None:
        """Let go of lines in other colours."""
        super().notify_style_update()
        self._palette.clear()
        self._kept.clear()

    def _refresh_rows(self, *indices: int) -> None:
        # Of the rows at these places, or of all, those in sight; the border and the header stay as they are.
        width, height = self.scrollable_content_region.size
        lines, up = height - _HEADER, self.scroll_offset.y - _HEADER
        rows = [Region(0, index - up, width, 1) for index in indices if 0 <= index - self.scroll_offset.y < lines]
        if rows or not indices:
            self.refresh(*rows or [Region(0, _HEADER, width, max(0, lines))])

    def _cell(self, position: int, index: int, base: Style) -> Segment:
        column, row = self._columns[position], self.shown[index]
        tone = column.tone(row)
        style = base + self._palette.component(f"table--{tone}", partial=True) if tone else base
        if index == self.cursor_row and position == self.cursor_column:
            style = self._palette.component("table--cell")
        return cells.cell(column, row, self._widths[position], style)

    def _row_style(self, index: int) -> Style:
        if index == self.cursor_row:
            return self._palette.component("table--row")
        return self._palette.component("table--odd") if self._shade(index) else self._palette.base

    def _window(self, segments: list[Segment], blank: Style) -> Strip:
        return cells.window(
            segments, fixed=self._widths[0], scroll=self.scroll_offset.x, width=self.size.width, blank=blank
        )

    def _arrow(self, key: str | None) -> str:
        return ("▼" if self.descending else "▲") if key == self.sort_key else ""

    # Moving

    def watch_cursor_row(self, before: int, now: int) -> None:
        """Follow the cursor."""
        self._reveal()
        self._refresh_rows(before, now)
        self._tell(self.Highlighted())

    def watch_cursor_column(self) -> None:
        """Follow the cursor."""
        self._reveal()
        self._refresh_rows(self.cursor_row)
        self._tell(self.Highlighted())

    def _reveal(self) -> None:
        lines = max(1, self.scrollable_content_region.height - _HEADER)
        y = min(max(self.scroll_offset.y, self.cursor_row - lines + 1), self.cursor_row)
        # Whoever was drawn at these widths fits them.
        unseen = [row for row in self.shown[y : y + lines] if not self._kept.holds(row)]
        widths = cells.widened(self._columns, self._widths, unseen)
        if widths != self._widths:
            self._widths = widths
            self.refresh()
        self.virtual_size = Size(sum(self._widths), len(self.shown) + _HEADER)
        room = self.scrollable_content_region.width
        x = cells.scroll(self._widths, self.cursor_column, self.scroll_offset.x, room)
        if (x, y) != self.scroll_offset:
            self.scroll_to(x=x, y=y, animate=False)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._reveal()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer `open` only where a row opens something."""
        del parameters
        return action != "pick" or (self._picks and bool(self.shown))

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.cursor_row = min(max(0, self.cursor_row + step), max(0, len(self.shown) - 1))

    def action_column(self, step: int) -> None:
        """Move the cursor by columns."""
        self.cursor_column = min(max(0, self.cursor_column + step), len(self._columns) - 1)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or last row."""
        self.action_move(side * len(self.shown))

    def action_page(self, side: int) -> None:
        """Move the cursor by what fits the screen."""
        self.action_move(side * max(1, self.scrollable_content_region.height - _HEADER - 1))

    # Choosing and sorting

    def action_pick(self) -> None:
        """Choose the row under the cursor."""
        if self.current is not None and self._picks:
            self.post_message(self.Picked())

    def action_sort_next(self) -> None:
        """Sort by the next column."""
        keys = [column.key for column in self._columns]
        position = keys.index(self.sort_key) + 1 if self.sort_key in keys else 0
        self.sort_by(keys[position % len(keys)], descending=self.descending)

    def action_sort_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.sort_key or self._columns[0].key, descending=not self.descending)

    def action_sort_here(self) -> None:
        """Sort by the column under the cursor, or turn its order round."""
        self._sort_column(self._columns[self.cursor_column].key)

    def on_click(self, event: events.Click) -> None:
        """Sort by a header, move to a cell, choose by a double click."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        position = cells.column_at(self._widths, self.scroll_offset.x, offset.x)
        if offset.y < _HEADER:
            self._sort_column(self._columns[position].key)
            return
        index = offset.y - _HEADER + self.scroll_offset.y
        if index < len(self.shown):
            self.cursor_row, self.cursor_column = index, position
            if event.chain > 1:
                self.action_pick()

    def _sort_column(self, key: str) -> None:
        self.sort_by(key, descending=not self.descending if key == self.sort_key else self.descending)
