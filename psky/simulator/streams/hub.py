"""All sockets, and what is pushed to them: the market to the public ones, the account to the private ones."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from typing import TYPE_CHECKING, Any

from psky.simulator.clock import wall_ms
from psky.simulator.faults import Where
from psky.simulator.rest.market import interval_us
from psky.simulator.streams.socket import Socket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psky.simulator.shapes import Row
    from psky.simulator.site import Site

_FRAME_ROWS = 1024
_FAST = (
    "category",
    "symbol",
    "execId",
    "execPrice",
    "execQty",
    "orderId",
    "isMaker",
    "orderLinkId",
    "side",
    "execTime",
    "seq",
)


class Hub:
    """The sockets of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.sockets: list[Socket] = []
        self.numbers = itertools.count(1)
        self.shown_row = site.exchange.venue.row
        self._ticker: dict[str, Any] = {}
        self._best: tuple[list[str], list[str]] = ([], [])
        site.exchange.push = self.push
        site.on_restart = self.break_off

    async def finish(self, patience_s: float) -> None:
        """Write what is still to be sent, and close every connection."""
        await asyncio.gather(*(socket.finish(patience_s) for socket in self.sockets))

    def break_off(self, where: Where | None = None) -> None:
        """Break every connection, or every one to a door."""
        for socket in list(self.sockets):
            if where in {None, socket.where}:
                socket.break_off()

    def _subscribers(self, topic: str) -> Iterator[Socket]:
        return (socket for socket in self.sockets if socket.where == "public" and topic in socket.topics)

    # --- the account ---

    def push(self, topic: str, row: Row) -> None:
        """Push a row of the account to all who subscribed to its topic."""
        for socket in self.sockets:
            if socket.where == "private" and socket.is_authorised:
                for name in socket.topics & {topic, f"{topic}.linear"}:
                    socket.send(self._message(name, row), counted=True)
                if topic == "execution":
                    for name in socket.topics & {"execution.fast", "execution.fast.linear"}:
                        fast = {key: row[key] for key in _FAST}
                        socket.send({"topic": name, "creationTime": self._ms(), "data": [fast]}, counted=True)

    def _message(self, topic: str, row: Row) -> dict[str, Any]:
        return {"id": uuid.uuid4().hex, "topic": topic, "creationTime": self._ms(), "data": [row]}

    def _ms(self) -> int:
        return self._site.exchange.now_us() // 1000

    @property
    def public_count(self) -> int:
        """Public-trade frames sent to the latest socket that wants them."""
        topic = f"publicTrade.{self._site.exchange.symbol}"
        return next((one.counted for one in reversed(self.sockets) if topic in one.topics), 0)

    @property
    def private_count(self) -> int:
        """Data frames sent to the latest private socket."""
        return next((one.counted for one in reversed(self.sockets) if one.where == "private"), 0)

    # --- the market ---

    def show_market(self) -> None:
        """Push what the prints since the last call change."""
        row = self._site.exchange.venue.row
        if row == self.shown_row:
            return
        self._show_trades(row)
        self.shown_row = row
        if any(socket.where == "public" for socket in self.sockets):
            self._show_book()
            self._show_ticker()
            self._show_klines()

    def _show_trades(self, stop: int) -> None:
        topic = f"publicTrade.{self._site.exchange.symbol}"
        sockets = list(self._subscribers(topic))
        if not sockets:
            return
        for start in range(self.shown_row, stop, _FRAME_ROWS):
            rows = self._site.market.trade_rows(start, min(start + _FRAME_ROWS, stop))
            message = {"topic": topic, "type": "snapshot", "ts": rows[-1]["T"], "data": rows}
            for socket in sockets:
                socket.send(message, counted=True)

    def _show_book(self) -> None:
        best = self._site.market.best()
        if best == self._best:
            return
        gone = [
            [old[0], "0"] if old and (not new or old[0] != new[0]) else []
            for old, new in zip(self._best, best, strict=True)
        ]
        self._best = best
        for depth in (1, 50, 200, 1000):
            topic = f"orderbook.{depth}.{self._site.exchange.symbol}"
            for socket in self._subscribers(topic):
                socket.send(self.book_message(depth) if depth == 1 else self._book_delta(depth, gone))

    def _book_delta(self, depth: int, gone: list[list[str]]) -> dict[str, Any]:
        message = self.book_message(depth)
        data = message["data"]
        sides = {name: [level for level in (lost, *data[name]) if level] for name, lost in zip("ba", gone, strict=True)}
        return {**message, "type": "delta", "data": {**data, **sides}}

    def book_message(self, depth: int) -> dict[str, Any]:
        """Return the book as a snapshot."""
        book = self._site.market.book()
        cts = book.pop("cts")
        topic = f"orderbook.{depth}.{self._site.exchange.symbol}"
        return {"topic": topic, "type": "snapshot", "ts": self._ms(), "data": book, "cts": cts}

    def _show_ticker(self) -> None:
        topic = f"tickers.{self._site.exchange.symbol}"
        sockets = list(self._subscribers(topic))
        if not sockets:
            return
        ticker = self._site.market.ticker()
        change = {name: value for name, value in ticker.items() if self._ticker.get(name) != value}
        self._ticker = ticker
        if change:
            data = {"symbol": ticker["symbol"], **change}
            message = {"topic": topic, "type": "delta", "data": data, "cs": self.shown_row, "ts": self._ms()}
            for socket in sockets:
                socket.send(message)

    def ticker_message(self) -> dict[str, Any]:
        """Return the whole ticker."""
        topic = f"tickers.{self._site.exchange.symbol}"
        data = self._site.market.ticker()
        self._ticker = self._ticker or data
        return {"topic": topic, "type": "snapshot", "data": data, "cs": self.shown_row, "ts": self._ms()}

    def _show_klines(self) -> None:
        topics = {topic for socket in self.sockets for topic in socket.topics if topic.startswith("kline.")}
        for topic in sorted(topics):
            message = self.kline_message(topic)
            for socket in self._subscribers(topic):
                socket.send(message)

    def kline_message(self, topic: str) -> dict[str, Any]:
        """Return the kline under way, or the one that the last print closed."""
        interval = topic.split(".")[1]
        length_us, exchange = interval_us(interval), self._site.exchange
        last_us = int(exchange.tape.ts_us[max(0, exchange.venue.row - 1)])
        open_us = last_us // length_us * length_us
        start, first, high, low, close, volume, turnover = self._site.market.kline(open_us, length_us)
        data = {
            "start": int(start),
            "end": int(start) + length_us // 1000 - 1,
            "interval": interval,
            "open": first,
            "close": close,
            "high": high,
            "low": low,
            "volume": volume,
            "turnover": turnover,
            "confirm": exchange.clock.now_us() >= open_us + length_us,
            "timestamp": last_us // 1000,
        }
        return {"topic": topic, "data": [data], "ts": self._ms(), "type": "snapshot"}


def pong_ms() -> str:
    """Return the time that an answer to a ping carries."""
    return str(wall_ms())
