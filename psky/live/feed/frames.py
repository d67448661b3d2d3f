"""Frames of the exchange's sockets as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from psky.errors import ExchangeError


class Topic(StrEnum):
    """What a frame is about."""

    TRADES = "publicTrade"
    TICKER = "tickers"
    """Its only row says what has changed."""
    ORDER = "order"
    EXECUTION = "execution"
    POSITION = "position"
    WALLET = "wallet"
    PONG = "pong"
    ACK = "ack"
    """Authentication or subscription succeeded."""
    REFUSED = "refused"
    """Authentication or subscription failed."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame: its topic, its rows, and on a simulator its running number on this session's socket (0 elsewhere)."""

    topic: Topic
    rows: Sequence[Mapping[str, Any]]
    number: int = 0
    message: str = ""

    @property
    def is_damaged(self) -> bool:
        """Whether it is no frame of Bybit's, such as one that was cut."""
        return self.topic is Topic.OTHER and bool(self.message)

    @property
    def is_subscription(self) -> bool:
        """Whether it tells that what was subscribed to comes from now on."""
        return self.topic is Topic.ACK and self.message.startswith(_SUBSCRIBED)


class _Raw(msgspec.Struct, frozen=True):
    topic: str = ""
    op: str = ""
    success: bool | None = None
    ret_msg: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")
    n: int = 0


_SUBSCRIBED = "subscribe:"
_DECODER = msgspec.json.Decoder(_Raw)
_ROWS = msgspec.json.Decoder(list[dict[str, Any]])
_ROW = msgspec.json.Decoder(dict[str, Any])


def read_frame(text: str) -> Frame:
    """Return what a frame says.

    Raises:
        ExchangeError: it is no frame of Bybit's.
    """
    try:
        raw = _DECODER.decode(text)
        if raw.topic:
            topic = _topic(raw.topic)
            return Frame(topic=topic, rows=_rows(topic, raw.data), number=raw.n)
    except msgspec.DecodeError as error:
        raise ExchangeError(f"expected a frame of Bybit's, found {text[:80]!r}: {error}") from error
    if raw.op == "pong" or raw.ret_msg == "pong" or raw.op == "ping":
        return Frame(topic=Topic.PONG, rows=(), number=raw.n)
    if raw.op in {"auth", "subscribe"}:
        topic = Topic.REFUSED if raw.success is False else Topic.ACK
        return Frame(topic=topic, rows=(), number=raw.n, message=f"{raw.op}: {raw.ret_msg}")
    return Frame(topic=Topic.OTHER, rows=(), number=raw.n)


def _rows(topic: Topic, data: msgspec.Raw) -> Sequence[Mapping[str, Any]]:
    match topic:
        case Topic.OTHER:
            return ()
        case Topic.TICKER:
            return (_ROW.decode(data),)
        case _:
            return _ROWS.decode(data)


def _topic(name: str) -> Topic:
    head = name.split(".", 1)[0]
    return Topic(head) if head in set(Topic) else Topic.OTHER
