"""What a public socket says is heard once, and what it may have lost is never passed over."""

from __future__ import annotations

import json
from typing import Any, Literal

from psky.live.feed.ear import TradeEar
from psky.live.feed.frames import read_frame
from psky.live.feed.sockets import Arrival, frame_of
from psky.live.feed.trades import TradeFeed
from psky.live.journal.records import Gap
from tests.bybit_answers import RULES
from tests.unit.psky.live.feed.test_trades import ids, rest, row

SUBSCRIBED = '{"success":true,"ret_msg":"","op":"subscribe","req_id":"psky"}'


class Line:
    """An ear with what REST has, and a connection after another."""

    def __init__(self, *in_rest: int) -> None:
        self.ear = TradeEar(feed=TradeFeed(RULES), recent_trades=lambda: [rest(number) for number in in_rest])

    def hears(
        self, generation: int, text: str = "", what: Literal["frame", "up", "down"] = "frame"
    ) -> tuple[list[str], Gap | None]:
        arrival = Arrival(channel="public", generation=generation, what=what, at_us=0, text=text)
        trades, gap = self.ear.hear(arrival, frame_of(arrival))
        return ids(trades), gap


def frame(*numbers: int, **changes: Any) -> str:  # noqa: ANN401 - of several types
    rows = [row(number, **changes) for number in numbers]
    return json.dumps({"topic": "publicTrade.BTCUSDT", "data": rows})


def test_a_frame_of_a_connection_that_is_down_does_not_hide_the_hole_after_it() -> None:
    line = Line(1, 2, 3, 4, 5)
    line.hears(1, frame(1))
    line.hears(1, what="down")
    assert line.hears(1, frame(2)) == ([], None)
    line.hears(2, what="up")
    found, gap = line.hears(2, SUBSCRIBED)
    assert found == ["t2", "t3", "t4", "t5"]
    assert gap is not None
    assert gap.filled == 4


def test_a_frame_that_was_cut_leaves_a_gap_where_the_next_goes_on() -> None:
    line = Line()
    line.hears(1, frame(1))
    line.hears(1, frame(2)[:30])
    found, gap = line.hears(1, frame(3))
    assert found == ["t3"]
    assert gap is not None
    assert (gap.start_us, gap.end_us, gap.reason) == (1_001_000, 1_003_000, "a frame could not be read")


def test_trades_that_nobody_can_read_are_a_gap_and_end_nothing() -> None:
    line = Line()
    line.hears(1, frame(1))
    assert line.hears(1, frame(2, S="Neither")) == ([], None)
    found, gap = line.hears(1, frame(3))
    assert found == ["t3"]
    assert gap is not None


def test_only_what_is_no_frame_is_damaged() -> None:
    assert not read_frame(SUBSCRIBED).is_damaged
    assert not read_frame('{"topic":"something.new","data":[]}').is_damaged
