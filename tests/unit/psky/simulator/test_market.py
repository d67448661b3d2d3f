"""Market data: what the tape shows until now, and nothing of what comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pybit.unified_trading import HTTP

from tests.sim_site import ABOUT, START_US, SYMBOL, Pacer, Sim, columns_of, sim_tape, simulated

PRICES = [100 + (row % 7) / 10 for row in range(400)]
MINUTE_MS = 60_000
START_MS = START_US // 1000


@pytest.fixture
def sim() -> Iterator[Sim]:
    with simulated(sim_tape(columns_of(PRICES), first_row=100)) as running:
        yield running


def klines(http: HTTP, **words: Any) -> list[list[str]]:
    found: list[list[str]] = http.get_kline(**ABOUT, interval=1, **words)["result"]["list"]
    return found


def test_klines_are_those_of_the_prints_until_now(http: HTTP, time: Pacer) -> None:
    time.until(150)
    rows = klines(http)
    aligned = -(-START_MS // MINUTE_MS) * MINUTE_MS
    whole = next(row for row in rows if int(row[0]) == aligned)
    first = (aligned - START_MS) // 1000
    inside = PRICES[first : first + 60]

    assert [int(row[0]) for row in rows] == sorted((int(row[0]) for row in rows), reverse=True)
    assert [float(value) for value in whole[1:5]] == [inside[0], max(inside), min(inside), inside[-1]]
    assert float(whole[5]) == 60 * 5
    assert float(whole[6]) == pytest.approx(5 * sum(inside))


def test_klines_heed_window_and_limit(http: HTTP, time: Pacer) -> None:
    time.until(399)
    times = [int(row[0]) for row in klines(http)]
    assert [int(row[0]) for row in klines(http, limit=2)] == times[:2]
    assert [int(row[0]) for row in klines(http, start=times[-1], limit=2)] == times[-2:]
    assert [int(row[0]) for row in klines(http, end=times[2])] == times[2:]


def test_recent_trades_end_with_the_last_print(http: HTTP, time: Pacer) -> None:
    time.until(120)
    rows = http.get_public_trade_history(**ABOUT, limit=3)["result"]["list"]

    assert [int(row["time"]) for row in rows] == [START_MS + second * 1000 for second in (119, 118, 117)]
    assert [float(row["price"]) for row in rows] == [PRICES[119], PRICES[118], PRICES[117]]


def test_the_book_is_what_prints_betray(http: HTTP, time: Pacer) -> None:
    time.until(120)
    book = http.get_orderbook(**ABOUT)["result"]
    ticker = http.get_tickers(**ABOUT)["result"]["list"][0]

    assert (float(book["a"][0][0]), float(book["b"][0][0])) == (PRICES[119], PRICES[118])
    assert (ticker["ask1Price"], ticker["bid1Price"], ticker["lastPrice"]) == (
        book["a"][0][0],
        book["b"][0][0],
        book["a"][0][0],
    )


def test_the_instrument_has_the_steps_of_the_tape(http: HTTP, time: Pacer) -> None:
    del time
    row = http.get_instruments_info(**ABOUT)["result"]["list"][0]
    assert (row["priceFilter"]["tickSize"], row["lotSizeFilter"]["qtyStep"], row["symbol"]) == ("0.1", "0.001", SYMBOL)
    assert http.get_instruments_info(category="linear", symbol="OTHER")["result"]["list"] == []


def test_lists_are_paged_to_their_end(http: HTTP, time: Pacer) -> None:
    for number in range(7):
        http.place_order(
            **ABOUT, side="Buy", orderType="Limit", qty="1", price=str(80 + number), orderLinkId=f"order-{number}"
        )
    time.until(110)
    names: list[str] = []
    cursor = ""
    while True:
        page = http.get_open_orders(**ABOUT, limit=3, **({"cursor": cursor} if cursor else {}))["result"]
        names += [row["orderLinkId"] for row in page["list"]]
        cursor = page["nextPageCursor"]
        if not cursor:
            break

    assert names == [f"order-{number}" for number in reversed(range(7))]


def test_a_kline_under_way_knows_nothing_of_what_comes(http: HTTP, time: Pacer) -> None:
    time.until(131)
    newest = klines(http)[0]
    begun = (int(newest[0]) - START_MS) // 1000
    seen = PRICES[begun:131]

    assert 0 < len(seen) < 60
    assert [float(value) for value in newest[1:6]] == [seen[0], max(seen), min(seen), seen[-1], len(seen) * 5.0]
