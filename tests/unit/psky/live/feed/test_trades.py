"""Public trades come once and in order, and no hole is silent."""

from __future__ import annotations

from typing import Any

import pytest

from psky.errors import ExchangeError
from psky.live.feed.trades import PublicTrade, TradeFeed, columns_of
from tests.bybit_answers import RULES


def row(number: int, ms: int | None = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - of several types
    """Return a trade as the stream says it."""
    said = {"T": ms or 1000 + number, "S": "Buy", "v": "0.002", "p": "100.5", "L": "PlusTick", "i": f"t{number}"}
    return said | {"seq": number, "BT": False, "RPI": False} | changes


def rest(number: int) -> dict[str, Any]:
    """Return a trade as REST says it."""
    said = {"execId": f"t{number}", "price": "100.5", "size": "0.002", "side": "Buy"}
    return said | {"time": str(1000 + number), "seq": str(number)}


def ids(trades: list[PublicTrade]) -> list[str]:
    return [one.trade_id for one in trades]


def _listening(*numbers: int) -> TradeFeed:
    feed = TradeFeed(RULES)
    feed.stream([row(number) for number in numbers])
    return feed


def test_a_trade_is_read_in_ticks_and_lots() -> None:
    (trade,), gap = TradeFeed(RULES).stream([row(7, S="Sell", L="ZeroMinusTick", BT=True, RPI=True)])
    assert gap is None
    assert (trade.price_ticks, trade.lots, trade.side, trade.tick_direction, trade.flags) == (201, 2, -1, -1, 3)
    assert columns_of([trade]).ts_us == [1_007_000]


def test_what_comes_twice_counts_once() -> None:
    feed = _listening(1, 2)
    assert ids(feed.stream([row(2), row(3), row(3)])[0]) == ["t3"]


def test_a_lost_connection_that_rest_bridges_leaves_no_hole() -> None:
    feed = _listening(1, 2)
    feed.suspect("the connection was lost")
    found, gap = feed.backfill([rest(number) for number in (5, 4, 3, 2, 1)])
    assert ids(found) == ["t3", "t4", "t5"]
    assert gap is not None
    assert (gap.filled, gap.start_us, gap.end_us) == (3, 1_002_000, 1_005_000)
    assert feed.stream([row(5), row(6)]) == feed_result(6)
    assert not feed.is_suspect


def feed_result(number: int) -> tuple[list[PublicTrade], None]:
    return TradeFeed(RULES).stream([row(number)])[0], None


def test_a_hole_that_rest_does_not_reach_across_is_a_gap() -> None:
    feed = _listening(1, 2)
    feed.suspect("the connection was lost")
    found, gap = feed.backfill([rest(number) for number in (9, 8, 7)])
    assert ids(found) == ["t7", "t8", "t9"]
    assert gap is not None
    assert (gap.filled, gap.start_us, gap.end_us) == (0, 1_002_000, 1_007_000)


def test_without_an_answer_of_rest_the_next_trade_tells_the_gap() -> None:
    feed = _listening(1)
    feed.suspect("the connection was lost")
    found, gap = feed.stream([row(4)])
    assert ids(found) == ["t4"]
    assert gap is not None
    assert (gap.start_us, gap.end_us, gap.reason) == (1_001_000, 1_004_000, "the connection was lost")


def test_a_quiet_market_has_no_gap() -> None:
    feed = _listening(1, 2)
    feed.suspect("the connection was lost")
    assert feed.backfill([rest(2), rest(1)]) == ([], None)
    assert feed.stream([row(3)])[1] is None


def test_trades_that_come_after_later_ones_are_told() -> None:
    feed = _listening(5)
    found, gap = feed.stream([row(4), row(6)])
    assert ids(found) == ["t6"]
    assert gap is not None
    assert gap.reason == "1 came too late"
    assert (gap.start_us, gap.end_us) == (1_004_000, 1_006_000)


def test_a_trade_that_comes_too_late_is_told_with_the_hole_that_it_came_after() -> None:
    feed = _listening(1, 5)
    feed.suspect("the connection was lost")
    found, gap = feed.stream([row(9), row(3), row(10)])
    assert ids(found) == ["t9", "t10"]
    assert gap is not None
    assert (gap.start_us, gap.end_us, gap.filled) == (1_003_000, 1_010_000, 0)
    assert gap.reason == "the connection was lost; 1 came too late"


def test_a_process_goes_on_after_the_last_trade_of_the_one_before() -> None:
    feed = TradeFeed(RULES)
    feed.resume(1_002_000, 2, "nobody listened")
    assert ids(feed.backfill([rest(4), rest(3), rest(2)])[0]) == ["t3", "t4"]


def test_after_a_store_times_tell_where_to_go_on() -> None:
    feed = TradeFeed(RULES)
    feed.resume(1_002_000, None, "nobody listened")
    assert ids(feed.backfill([rest(4), rest(3), rest(2)])[0]) == ["t3", "t4"]


def test_a_taker_that_neither_buys_nor_sells_is_refused() -> None:
    with pytest.raises(ExchangeError, match="buys or sells"):
        TradeFeed(RULES).stream([row(1, S="None")])


def test_what_lies_before_the_time_to_go_on_after_is_neither_news_nor_late() -> None:
    feed = TradeFeed(RULES)
    feed.resume(1_005_000, None, "nobody listened")
    assert feed.stream([row(3), row(4)]) == ([], None)
    assert feed.is_suspect
    found, gap = feed.stream([row(4), row(6)])
    assert ids(found) == ["t6"]
    assert gap is not None
    assert (gap.start_us, gap.end_us) == (1_005_000, 1_006_000)
