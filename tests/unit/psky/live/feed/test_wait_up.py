"""A session begins once its sockets are subscribed, and says what kept them from it."""

from __future__ import annotations

import pytest

from psky.errors import ExchangeError
from psky.live.feed.sockets import Arrival, Channel, Inbox, wait_up

SUBSCRIBED = '{"success":true,"ret_msg":"","op":"subscribe"}'
REFUSED = '{"success":false,"ret_msg":"Params Error","op":"auth"}'
CUT = '{"topic":"publicTrade.BTCUSDT","da'


def inbox_of(*frames: tuple[Channel, str]) -> Inbox:
    inbox = Inbox()
    for channel, text in frames:
        inbox.put(Arrival(channel=channel, generation=1, what="frame", at_us=0, text=text))
    return inbox


def test_a_frame_that_was_cut_keeps_nobody_from_beginning_and_all_stays_in_order() -> None:
    inbox = inbox_of(("public", SUBSCRIBED), ("public", CUT), ("private", SUBSCRIBED))
    wait_up(inbox, {"public", "private"})

    assert [inbox.get_nowait().text for _ in range(inbox.qsize())] == [SUBSCRIBED, CUT, SUBSCRIBED]


def test_a_socket_that_is_refused_says_why_at_once() -> None:
    with pytest.raises(ExchangeError, match="accept the private socket, found: auth: Params Error"):
        wait_up(inbox_of(("public", SUBSCRIBED), ("private", REFUSED)), {"public", "private"})
