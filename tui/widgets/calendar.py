from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from psky.domain import text as fmt
from psky.domain.time import SECOND_US
from tui.keys import bind

_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MARGIN = 3  # the names of the days
_HEAD = 2  # the day under the cursor, the months
_SHADES = ((0.25, "░"), (0.75, "▒"), (1.5, "▓"))
_EPOCH = date(1970, 1, 1)


class Calendar(Widget, can_focus=True):
    """Days as a map of heat: weeks side by side, the darker the more trades; a day without any is marked."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter", "pick", "open day"),
        bind("up,k", "move(-1)", "day before", show=False),
        bind("down,j", "move(1)", "day after", show=False),
        bind("left,h", "move(-7)", "week before", show=False),
        bind("right,l", "move(7)", "week after", show=False),
        bind("home,g", "edge(-1)", "first day", show=False),
        bind("end,G", "edge(1)", "last day", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"calendar--{name}" for name in ("day", "hole", "axis", "cursor", "head")}

    cursor: reactive[date] = reactive(_EPOCH)

    class Picked(Message):
        """The day under the cursor was chosen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._trades: dict[date, int] = {}
        self._first = self._last = _EPOCH
        self._median = 1.0

    def show(self, trades: Mapping[date, int]) -> None:
        """Show the trades of days; the cursor goes to the last."""
        self._trades = dict(trades)
        self._first, self._last = min(trades, default=_EPOCH), max(trades, default=_EPOCH)
        self._median = float(median(trades.values())) if trades else 1.0
        self.cursor = self._last
        self.refresh()

    @property
    def cursor_us(self) -> int:
        """When the day under the cursor begins."""
        start = datetime(self.cursor.year, self.cursor.month, self.cursor.day, tzinfo=UTC)
        return int(start.timestamp()) * SECOND_US

    def copy_text(self) -> str:
        """Return the days, one a line, with their trades."""
        return "\n".join(f"{day}\t{self._trades.get(day, 0)}" for day in self._days())

    def render_line(self, y: int) -> Strip:
        """Draw the day under the cursor in words, the months, or one day of all weeks."""
        width = self.size.width
        if not self._trades:
            return Strip.blank(width, self.rich_style)
        if y == 0:
            return Strip([Segment(f"{self._words():<{width}}"[:width], self._tone("head"))], width)
        if y == 1:
            return Strip([Segment(self._months(width), self._tone("axis"))], width)
        weekday = y - _HEAD
        if weekday >= len(_NAMES):
            return Strip.blank(width, self.rich_style)
        cells = [self._cell(monday + timedelta(days=weekday)) for monday in self._mondays()]
        strip = Strip([Segment(f"{_NAMES[weekday]} ", self._tone("axis")), *cells])
        return strip.adjust_cell_length(width, self.rich_style)

    def watch_cursor(self) -> None:
        """Follow the cursor."""
        self.refresh()

    def action_move(self, days: int) -> None:
        """Move the cursor by days."""
        self.cursor = min(max(self.cursor + timedelta(days=days), self._first), self._last)

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last day."""
        self.cursor = self._first if side < 0 else self._last

    def action_pick(self) -> None:
        """Choose the day under the cursor."""
        if self._trades:
            self.post_message(self.Picked())

    def on_click(self, event: events.Click) -> None:
        """Move to a day, choose it by a double click."""
        offset, mondays = event.get_content_offset(self), self._mondays()
        if offset is None or not 0 <= offset.x - _MARGIN < len(mondays) or not 0 <= offset.y - _HEAD < len(_NAMES):
            return
        day = mondays[offset.x - _MARGIN] + timedelta(days=offset.y - _HEAD)
        if self._first <= day <= self._last:
            self.cursor = day
            if event.chain > 1:
                self.action_pick()

    def _mondays(self) -> list[date]:
        # The weeks that fit, around the cursor where not all do.
        first, last = _monday(self._first), _monday(self._last)
        count = max(1, self.size.width - _MARGIN)
        left = max(first, min(last - timedelta(weeks=count - 1), _monday(self.cursor) - timedelta(weeks=count // 2)))
        weeks = min(count, (last - left).days // 7 + 1)
        return [left + timedelta(weeks=week) for week in range(weeks)]

    def _cell(self, day: date) -> Segment:
        if not self._first <= day <= self._last:
            return Segment(" ", self.rich_style)
        trades = self._trades.get(day, 0)
        share = trades / self._median
        glyph = next((shade for most, shade in _SHADES if share < most), "█") if trades else "×"  # noqa: RUF001 - a glyph
        style = self._tone("day" if trades else "hole")
        return Segment(glyph, style + self._tone("cursor") if day == self.cursor else style)

    def _months(self, width: int) -> str:
        line = [" "] * width
        free = 0
        for column, monday in enumerate(self._mondays(), start=_MARGIN):
            begins = column == _MARGIN or monday.day <= 7
            text = f"{monday:%Y-%m}" if column == _MARGIN or monday.month == 1 else f"{monday:%m}"
            if begins and column >= free and column + len(text) <= width:
                line[column : column + len(text)] = text
                free = column + len(text) + 1
        return "".join(line)

    def _words(self) -> str:
        trades = self._trades.get(self.cursor, 0)
        return f"{self.cursor:%a} {self.cursor}  {f'{fmt.integer(trades)} trades' if trades else 'no trades'}"

    def _days(self) -> list[date]:
        return [self._first + timedelta(days=day) for day in range((self._last - self._first).days + 1)]

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"calendar--{name}")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
