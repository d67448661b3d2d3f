from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.columns.column import Column
from tui.keys import bind
from tui.ordering import Value, ordered
from tui.widgets import cells

Row = TypeVar("Row")
_HEADER = 1


class Table(ScrollView, Generic[Row], can_focus=True):
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

    cursor_row: reactive[int] = reactive(0)
    cursor_column: reactive[int] = reactive(0)

    class Highlighted(Message):
        """The cursor is on another row or column, or on none."""

    class Picked(Message):
        """The row under the cursor was chosen."""

    class Rearranged(Message):
        """Rows, order or filter changed."""

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
        self._widths = cells.widths(columns, ())
        self._rows: list[Row] = []
        self._accept: Callable[[Row], bool] | None = None
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
        """The order in words, to follow a title: ` · by score ▼`; nothing while the rows are as they came."""
        titles = {column.key: column.title for column in self._columns}
        return f" · by {titles[self.sort_key]} {self._arrow(self.sort_key)}" if self.sort_key in titles else ""

    def set_rows(self, rows: Sequence[Row], columns: Sequence[Column[Row]] | None = None) -> None:
        """Show other rows, under other columns if given."""
        self._columns = self._columns if columns is None else tuple(columns)
        self._rows = list(rows)
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
        current = None if self.current is None or at_top else self._identity(self.current)
        rows = self._rows if self._accept is None else list(filter(self._accept, self._rows))
        column = next((column for column in self._columns if column.key == self.sort_key), None)
        self.shown = list(rows) if column is None else ordered(rows, column.value, descending=self.descending)
        if current is None or not self.move_to(current):
            self.cursor_row = min(self.cursor_row, max(0, len(self.shown) - 1))
        self._reveal()
        self.refresh()
        self.post_message(self.Rearranged())
        self.post_message(self.Highlighted())

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw the header or the row that is at line `y` of the widget."""
        if y < _HEADER:
            style = self.get_component_rich_style("table--header")
            return self._window(cells.header(self._columns, self._widths, self._arrow, style), style)
        index = y - _HEADER + self.scroll_offset.y
        if index >= len(self.shown):
            return Strip.blank(self.size.width, self.rich_style)
        base = self._row_style(index)
        segments = [self._cell(position, index, base) for position in range(len(self._columns))]
        return self._window(segments, base)

    def _cell(self, position: int, index: int, base: Style) -> Segment:
        column, row = self._columns[position], self.shown[index]
        tone = column.tone(row)
        style = base + self.get_component_rich_style(f"table--{tone}", partial=True) if tone else base
        if index == self.cursor_row and position == self.cursor_column:
            style = self.get_component_rich_style("table--cell")
        return cells.cell(column, row, self._widths[position], style)

    def _row_style(self, index: int) -> Style:
        if index == self.cursor_row:
            return self.get_component_rich_style("table--row")
        return self.get_component_rich_style("table--odd") if index % 2 else self.rich_style

    def _window(self, segments: list[Segment], blank: Style) -> Strip:
        return cells.window(
            segments, fixed=self._widths[0], scroll=self.scroll_offset.x, width=self.size.width, blank=blank
        )

    def _arrow(self, key: str | None) -> str:
        return ("▼" if self.descending else "▲") if key == self.sort_key else ""

    # Moving

    def watch_cursor_row(self) -> None:
        """Follow the cursor."""
        self._reveal()
        self.refresh()
        self.post_message(self.Highlighted())

    def watch_cursor_column(self) -> None:
        """Follow the cursor."""
        self._reveal()
        self.refresh()
        self.post_message(self.Highlighted())

    def _reveal(self) -> None:
        lines = max(1, self.scrollable_content_region.height - _HEADER)
        y = min(max(self.scroll_offset.y, self.cursor_row - lines + 1), self.cursor_row)
        self._widths = cells.widened(self._columns, self._widths, self.shown[y : y + lines])
        self.virtual_size = Size(sum(self._widths), len(self.shown) + _HEADER)
        self.scroll_to(x=self._reveal_x(), y=y, animate=False)

    def _reveal_x(self) -> int:
        # Columns scroll whole: the one next to the fixed one is never cut.
        starts = list(accumulate(self._widths[1:], initial=0))
        column = max(0, self.cursor_column - 1)
        need = self._widths[0] + starts[min(self.cursor_column, len(starts) - 1)] - self.scrollable_content_region.width
        least = next((start for start in starts if start >= need), starts[column])
        return min(max(self.scroll_offset.x, least), starts[column])

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
        position = self._column_at(offset.x)
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

    def _column_at(self, x: int) -> int:
        offset = x if x < self._widths[0] else x + self.scroll_offset.x
        for position, width in enumerate(self._widths):
            offset -= width
            if offset < 0:
                return position
        return len(self._widths) - 1
