"""Frames are told apart, whatever they are."""

from __future__ import annotations

import pytest

from psky.errors import ExchangeError
from psky.live.feed.frames import Topic, read_frame

TRADE = '{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":[{"i":"a"}],"n":7}'


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        (TRADE, Topic.TRADES),
        ('{"topic":"order","data":[]}', Topic.ORDER),
        ('{"topic":"tickers.BTCUSDT","data":{"a":1}}', Topic.TICKER),
        ('{"topic":"kline.1.BTCUSDT","data":[]}', Topic.OTHER),
        ('{"success":true,"ret_msg":"pong","conn_id":"x","req_id":"","op":"ping"}', Topic.PONG),
        ('{"req_id":"","op":"pong","args":["1"],"conn_id":"x"}', Topic.PONG),
        ('{"success":true,"ret_msg":"","op":"auth","conn_id":"x"}', Topic.ACK),
        ('{"success":true,"ret_msg":"","op":"subscribe","conn_id":"x","req_id":"psky"}', Topic.ACK),
        ('{"success":false,"ret_msg":"Request not authorized","op":"subscribe"}', Topic.REFUSED),
        ("{}", Topic.OTHER),
    ],
)
def test_what_a_frame_is_about(text: str, topic: Topic) -> None:
    assert read_frame(text).topic is topic


def test_a_simulators_frames_are_numbered() -> None:
    assert read_frame(TRADE).number == 7


@pytest.mark.parametrize("text", [TRADE[:40], "", "[]", '{"topic":"order","data":{"a":1}}'])
def test_a_frame_that_was_cut_is_refused(text: str) -> None:
    with pytest.raises(ExchangeError, match="expected a frame"):
        read_frame(text)
