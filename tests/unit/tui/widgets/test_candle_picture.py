from __future__ import annotations

import numpy as np

from psky.app.candles import CandleColumns
from psky.domain.time import SECOND_US
from tui.widgets.axes import Times
from tui.widgets.candle_picture import Mark, Marks, Picture, draw

MINUTE_US = 60 * SECOND_US


def columns(*candles: tuple[int, float, float, float, float, float]) -> CandleColumns:
    minute, open_, high, low, close, volume = (np.array(values, dtype=float) for values in zip(*candles, strict=True))
    return CandleColumns(
        ts_us=minute.astype(np.int64) * MINUTE_US,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
        bought=volume / 2,
        trades=np.ones(len(minute), dtype=np.int64),
    )


RISING, FALLING = (0, 10.0, 20.0, 0.0, 15.0, 8.0), (2, 15.0, 15.0, 5.0, 5.0, 4.0)


def drawn(*marks: Mark, width: int = 4) -> Picture:
    times = Times(left_us=0, step_us=MINUTE_US, width=width)
    return draw(columns(RISING, FALLING), times, price_rows=10, volume_rows=2, marks=marks)


def column(picture: Picture, x: int) -> str:
    return "".join(row[x][0] for row in picture.rows)


def test_a_rising_candle_is_slim_a_falling_one_full_and_a_minute_without_trades_empty() -> None:
    picture = drawn()
    assert set(column(picture, 0)[:10]) <= set("│╽╿┃╷╵╻╹")
    assert "┃" in column(picture, 0)
    assert set(column(picture, 2)[:10]) <= set(" █▀▄")
    assert "█" in column(picture, 2)
    assert column(picture, 1).strip("┊ ") == column(picture, 3).strip("┊ ") == ""
    assert picture.rows[3][0][1] == "gain"
    assert {row[2][1] for row in picture.rows if row[2][0] != " "} == {"loss"}


def test_volume_stands_in_proportion() -> None:
    picture = drawn()
    assert column(picture, 0)[10:] == "██"
    assert column(picture, 2)[10:] == " █"
    assert picture.most_volume == 8.0


def test_the_highest_and_the_lowest_price_are_in_the_picture() -> None:
    picture = drawn()
    assert picture.scale is not None
    assert picture.scale.low < 0.0
    assert picture.scale.high > 20.0
    assert column(picture, 0)[0] != " "
    assert column(picture, 0)[9] != " "


def test_a_mark_stands_on_its_candle_at_its_price_and_one_far_off_presses_nothing_flat() -> None:
    near = Mark(ts_us=2 * MINUTE_US + 5, price=10.0, glyph="▲", tone="warn", text="")
    far = Mark(ts_us=0, price=1e6, glyph="▽", tone="loss", text="")
    picture = drawn(near, far)
    assert picture.scale is not None
    assert picture.rows[picture.scale.line(10.0)][2] == ("▲", "warn")
    assert picture.scale.high < 30.0


def test_nothing_in_sight_is_an_empty_picture() -> None:
    times = Times(left_us=99 * MINUTE_US, step_us=MINUTE_US, width=3)
    picture = draw(columns(RISING), times, price_rows=3, volume_rows=1)
    assert picture.scale is None
    assert all(cell[0] in " ┊" for row in picture.rows for cell in row)


def test_equal_prices_are_drawn() -> None:
    flat = (0, 5.0, 5.0, 5.0, 5.0, 0.0)
    picture = draw(columns(flat), Times(left_us=0, step_us=MINUTE_US, width=2), price_rows=4, volume_rows=1)
    assert "".join(column(picture, 0)).strip()


def test_marks_are_found_by_time() -> None:
    marks = Marks(Mark(ts_us=ts_us, price=1.0, glyph="x", tone="", text=str(ts_us)) for ts_us in (30, 10, 20))
    assert [mark.ts_us for mark in marks.between(10, 30)] == [10, 20]
    first, none, last = marks.after(11), marks.after(31), marks.before(30)
    assert first is not None
    assert last is not None
    assert (first.ts_us, none, last.ts_us, len(marks)) == (20, None, 20, 3)
    assert marks.before(10) is None
