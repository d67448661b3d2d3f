from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from psky.domain import text as fmt
from psky.domain.time import SECOND_US, timeframe_s
from tui.keys import bind
from tui.widgets import candle_words
from tui.widgets.axes import Sight, Times, round_values
from tui.widgets.candle_picture import Cell, Mark, Marks, Picture, draw

if TYPE_CHECKING:
    from psky.app.candles import Candles, TapeSpan

_HEAD = 2  # lines above the prices: the candle under the cursor, what is marked there
_FOOT = 1  # the times
_GUTTER = 13  # the prices at the right
_LEAST = 2  # candles that must stay in sight


class CandleChart(Widget, can_focus=True):
    """Candles that zoom and pan; they ask for what they lack (`Wanted`) and keep the last picture until it comes."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("plus,equals_sign,i", "zoom_in", "closer", key_display="+"),
        bind("minus", "zoom_out", "farther", key_display="-"),
        bind("0", "fit", "whole tape"),
        bind("left,h", "move(-1)", "candle left", show=False),
        bind("right,l", "move(1)", "candle right", show=False),
        bind("H,pageup,ctrl+b", "pan(-1)", "half a screen left", show=False),
        bind("L,pagedown,ctrl+f", "pan(1)", "half a screen right", show=False),
        bind("home,g", "edge(-1)", "first candle", show=False),
        bind("end,G", "edge(1)", "last candle", show=False),
        bind("n", "mark(1)", "next mark"),
        bind("N", "mark(-1)", "previous mark", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"candles--{name}" for name in ("gain", "loss", "warn", "axis", "session", "cursor", "head")
    }

    class Wanted(Message):
        """Other candles are needed: of this length, in this span."""

        def __init__(self, step: str, start_us: int, end_us: int) -> None:
            super().__init__()
            self.step, self.start_us, self.end_us = step, start_us, end_us

    class Sighted(Message):
        """Another stretch is looked at, or another candle."""

    def __init__(self, steps: Iterable[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._steps = tuple(steps)
        self._span: TapeSpan | None = None
        self._candles: Candles | None = None
        self._marks = Marks()
        self._legend = ""
        self._opening: tuple[int | None, str | None] | None = None
        self._sight = self._drawn = Sight(0, 0, 0)
        self._picture: Picture | None = None
        self._dragged_from: tuple[int, int] | None = None

    # What is shown

    @property
    def step(self) -> str:
        """The length of a candle."""
        return self._steps[self._sight.step]

    @property
    def span_us(self) -> tuple[int, int]:
        """From when to when the chart looks."""
        times = self._times(self._sight)
        return times.left_us, times.end_us

    @property
    def cursor_us(self) -> int:
        """When the candle under the cursor begins."""
        return self._sight.cursor_us

    def open(self, span: TapeSpan, at_us: int | None = None, step: str | None = None) -> None:
        """Show a tape: all of it, or candles of `step` around an instant."""
        self._span, self._candles = span, None
        self._opening = (at_us, step)
        if self.size.width:  # or else when it has one
            self._begin()

    def _begin(self) -> None:
        (at_us, step), self._opening = self._opening or (None, None), None
        self._sight = self._drawn = Sight(self._fitting(), 0, 0)
        if at_us is None:
            self.action_fit()
        else:
            self._look(self._steps.index(step) if step in self._steps else self._sight.step, at_us, 0.5)

    def show(self, candles: Candles) -> None:
        """Take over the candles that were wanted."""
        self._candles = candles
        self._redraw()

    def show_marks(self, marks: Iterable[Mark], legend: str) -> None:
        """Show other marks, and what they are in words."""
        self._marks, self._legend = Marks(marks), legend
        self._redraw()

    def copy_text(self) -> str:
        """Return the candle under the cursor: time, open, high, low, close, volume, trades."""
        index = self._index()
        if index is None or self._candles is None:
            return ""
        columns = self._candles.columns
        prices = (columns.open, columns.high, columns.low, columns.close, columns.volume)
        values = [f"{column[index]:.10g}" for column in prices]
        return "\t".join([fmt.utc_minute(int(columns.ts_us[index])), *values, str(columns.trades[index])])

    # Looking elsewhere

    def action_zoom_in(self) -> None:
        """Choose shorter candles."""
        self._zoom(-1, self._cursor_share())

    def action_zoom_out(self) -> None:
        """Choose longer candles."""
        self._zoom(1, self._cursor_share())

    def action_fit(self) -> None:
        """Choose candles so long that the whole tape is in sight."""
        if self._span is not None:
            self._look(self._fitting(), self._span.last_ts_us, 1.0)

    def action_move(self, candles: int) -> None:
        """Move the cursor by candles; at an edge of the picture the picture moves."""
        self._move_to(self._sight.cursor_us + candles * self._step_us(self._sight.step))

    def action_pan(self, side: int) -> None:
        """Move the picture by half of it, and the cursor with it."""
        by_us = side * (self._width // 2) * self._step_us(self._sight.step)
        self._set(Sight(self._sight.step, self._sight.left_us + by_us, self._sight.cursor_us + by_us))

    def action_edge(self, side: int) -> None:
        """Move to the first or the last candle."""
        if self._span is not None:
            self._move_to(self._span.first_ts_us if side < 0 else self._span.last_ts_us)

    def action_mark(self, side: int) -> None:
        """Move to the next mark, or the one before."""
        step_us, cursor_us = self._step_us(self._sight.step), self._sight.cursor_us
        found = self._marks.after(cursor_us + step_us) if side > 0 else self._marks.before(cursor_us)
        if found is not None:
            self._move_to(found.ts_us)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is."""
        del parameters
        return bool(len(self._marks)) if action == "mark" else True

    def _zoom(self, by: int, share: float) -> None:
        step = min(max(self._sight.step + by, 0), len(self._steps) - 1)
        if step != self._sight.step:
            self._look(step, self._sight.cursor_us, share)

    def _look(self, step: int, at_us: int, share: float) -> None:
        # Puts the candle of `at_us` where `share` of the width lies left of it.
        step_us = self._step_us(step)
        left_us = (at_us // step_us - round(share * (self._width - 1))) * step_us
        self._set(Sight(step, left_us, at_us // step_us * step_us))

    def _move_to(self, ts_us: int) -> None:
        step_us = self._step_us(self._sight.step)
        cursor_us = self._within(ts_us // step_us * step_us)
        least_us, most_us = self._sight.left_us, self._sight.left_us + (self._width - 1) * step_us
        shift_us = min(0, cursor_us - least_us) + max(0, cursor_us - most_us)
        if abs(shift_us) > self._width * step_us:  # a jump, not a step: to the middle
            self._look(self._sight.step, cursor_us, 0.5)
        else:
            self._set(Sight(self._sight.step, self._sight.left_us + shift_us, cursor_us))

    def _within(self, ts_us: int) -> int:
        if self._span is None:
            return ts_us
        step_us = self._step_us(self._sight.step)
        return min(max(ts_us, self._span.first_ts_us // step_us * step_us), self._span.last_ts_us // step_us * step_us)

    def _set(self, sight: Sight) -> None:
        if self._span is None:
            return
        step_us = self._step_us(sight.step)
        least_us = (self._span.first_ts_us // step_us - self._width + _LEAST) * step_us
        most_us = (self._span.last_ts_us // step_us - _LEAST + 1) * step_us
        left_us = min(max(sight.left_us, least_us), most_us)
        times = Times(left_us=left_us, step_us=step_us, width=self._width)
        self._sight = sight  # `_within` counts in its steps
        cursor_us = min(max(self._within(sight.cursor_us), times.left_us), times.end_us - step_us)
        self._sight = Sight(sight.step, left_us, cursor_us)
        self._want(times)
        self._redraw()
        self.post_message(self.Sighted())

    def _want(self, times: Times) -> None:
        held = self._candles
        if (
            held is None
            or held.step_s * SECOND_US != times.step_us
            or times.left_us < held.start_us
            or times.end_us > held.end_us
        ):
            # Two more screens at each side: moving a little needs nothing.
            more_us = 2 * times.width * times.step_us
            self.post_message(self.Wanted(self.step, times.left_us - more_us, times.end_us + more_us))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line: the candle in words, its marks, prices, volume, times."""
        width = self.size.width
        if self._picture is None:
            text = "reading…" if self._span is None or self._candles is None else "no trades"
            words = f"{text:^{width}}" if y == self.size.height // 2 else " " * width
            return Strip([Segment(words, self._tone("axis"))], width)
        if y < _HEAD:
            text = self._words() if y == 0 else self._marked()
            return Strip([Segment(f"{text:<{width}}"[:width], self._tone("head" if y == 0 else "axis"))], width)
        line = y - _HEAD
        if line < len(self._picture.rows):
            return Strip([*self._cells(self._picture.rows[line]), self._price(line)], width)
        return Strip([Segment(self._time_line(), self._tone("axis"))], width)

    def on_resize(self) -> None:
        """Keep the cursor in sight at the new width."""
        if self._opening is not None:
            self._begin()
        elif self._span is not None:
            self._set(self._sight)

    def _redraw(self) -> None:
        held = self._candles
        if held is not None and held.step_s * SECOND_US == self._step_us(self._sight.step):
            self._drawn = self._sight
        height = self.size.height - _HEAD - _FOOT
        if held is None or held.step_s * SECOND_US != self._step_us(self._drawn.step) or height < 2 or self._width < 2:
            self._picture = None
        else:
            times = self._times(self._drawn)
            volume_rows = 0 if height < 8 else max(2, height // 6)
            marks = self._marks.between(times.left_us, times.end_us)
            self._picture = draw(
                held.columns, times, price_rows=height - volume_rows, volume_rows=volume_rows, marks=marks
            )
        self.refresh()

    def _cells(self, row: list[Cell]) -> list[Segment]:
        at = self._times(self._drawn).column(self._drawn.cursor_us)
        cursor = self._tone("cursor")
        keyed = ((tone, index == at, glyph) for index, (glyph, tone) in enumerate(row))
        return [
            Segment("".join(glyph for _, _, glyph in cells), self._tone(tone) + cursor if here else self._tone(tone))
            for (tone, here), cells in groupby(keyed, key=lambda cell: cell[:2])
        ]

    def _price(self, line: int) -> Segment:
        picture = self._picture
        text = ""
        if picture is not None and picture.scale is not None:
            scale = picture.scale
            if line < picture.price_rows:
                labels = {
                    scale.line(value): value for value in round_values(scale.low, scale.high, scale.lines // 4 or 1)
                }
                text = f"{labels[line]:,.{self._decimals}f}" if line in labels else ""
            elif line == picture.price_rows:
                text = candle_words.short(picture.most_volume)
        return Segment(f"{' ┤' if text else ' │'}{text:<{_GUTTER - 2}}"[:_GUTTER], self._tone("axis"))

    def _time_line(self) -> str:
        line = [" "] * self.size.width
        for column, text in self._times(self._drawn).labels():
            if column + len(text) <= len(line):
                line[column : column + len(text)] = text
        return "".join(line)

    def _words(self) -> str:
        index, held = self._index(), self._candles
        begin = candle_words.when(self._drawn.cursor_us, self._step_us(self._drawn.step))
        if index is None or held is None:
            return f"{begin}  no trades"
        return f"{begin}  {candle_words.prices(held.columns, index, self._decimals)}"

    def _marked(self) -> str:
        step_us, index, held = self._step_us(self._drawn.step), self._index(), self._candles
        volume = "" if index is None or held is None else f"{candle_words.volume(held.columns, index)}  "
        here = self._marks.between(self._drawn.cursor_us, self._drawn.cursor_us + step_us)
        if not here:
            return f"{volume}{self._legend}"
        more = f"  and {len(here) - 1} more" if len(here) > 1 else ""
        return f"{volume}{here[0].glyph} {here[0].text}{more}"

    def _index(self) -> int | None:
        if self._candles is None:
            return None
        times = self._candles.columns.ts_us
        index = int(np.searchsorted(times, self._drawn.cursor_us))
        return index if index < len(times) and times[index] == self._drawn.cursor_us else None

    # Measures

    @property
    def _width(self) -> int:
        return max(2, self.size.width - _GUTTER)

    def _times(self, sight: Sight) -> Times:
        return Times(left_us=sight.left_us, step_us=self._step_us(sight.step), width=self._width)

    def _step_us(self, step: int) -> int:
        return timeframe_s(self._steps[step]) * SECOND_US

    def _fitting(self) -> int:
        if self._span is None:
            return 0
        length_us = self._span.last_ts_us - self._span.first_ts_us
        fits = (index for index in range(len(self._steps)) if length_us < self._step_us(index) * (self._width - 1))
        return next(fits, len(self._steps) - 1)

    def _cursor_share(self) -> float:
        return self._times(self._sight).column(self._sight.cursor_us) / max(1, self._width - 1)

    @property
    def _decimals(self) -> int:
        return 0 if self._span is None else self._span.price_decimals

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(f"candles--{name}") if name else self.rich_style

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the pointer is."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.x < self._width:
            self._move_to(self._sight.left_us + offset.x * self._step_us(self._sight.step))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Come closer."""
        event.stop()
        self.action_zoom_in()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go farther."""
        event.stop()
        self.action_zoom_out()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        self.capture_mouse()
        self._dragged_from = (event.x, self._sight.left_us)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the picture."""
        if self._dragged_from is not None and event.x != self._dragged_from[0]:
            x, left_us = self._dragged_from
            step_us = self._step_us(self._sight.step)
            self._set(Sight(self._sight.step, left_us - (event.x - x) * step_us, self._sight.cursor_us))

    def on_mouse_up(self) -> None:
        """Let go of the picture."""
        self.release_mouse()
        self._dragged_from = None
