"""A channel is kept up: connected again after a while, whoever is impatient."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from unittest.mock import Mock

from psky.live.feed.sockets import Arrival, Inbox, Supervisor, drained, frame_of
from tests.commands import until


def _next(inbox: Inbox) -> str:
    return inbox.get(timeout=10).what


def test_asking_for_another_connection_does_not_put_off_the_next_attempt() -> None:
    inbox, attempts = Inbox(), queue.SimpleQueue[float]()

    def connect(_on_text: object, _on_end: object) -> Mock:
        attempts.put(time.monotonic())
        if attempts.qsize() == 1:
            raise OSError
        return Mock()

    source = Supervisor("public", connect, inbox, first_s=1.0)
    source.start()
    try:
        attempts.get(timeout=10)
        attempts.put(0.0)

        def is_up() -> bool:
            source.restart("impatient")  # more often than the wait before the second attempt is long
            return not inbox.empty()

        until(is_up, "the second attempt")
        assert _next(inbox) == "up"
    finally:
        source.stop()


def test_a_connection_that_is_dropped_is_made_again() -> None:
    inbox, made = Inbox(), list[Mock]()

    def connect(on_text: Callable[[str], None], _on_end: object) -> Mock:
        made.append(Mock())
        on_text(f"frame {len(made)}")
        return made[-1]

    source = Supervisor("private", connect, inbox, first_s=0.01)
    source.start()
    try:
        assert (_next(inbox), _next(inbox)) == ("frame", "up")
        source.restart("in doubt")
        assert (_next(inbox), _next(inbox), _next(inbox)) == ("down", "frame", "up")
        made[0].ws.close.assert_called_once_with()
    finally:
        source.stop()
    assert _next(inbox) == "down"


def test_a_connection_that_is_gone_when_it_is_closed_is_made_again() -> None:
    inbox, made = Inbox(), list[Mock]()

    def connect(_on_text: object, _on_end: object) -> Mock:
        made.append(Mock())
        made[-1].ws.close.side_effect = AttributeError("'NoneType' object has no attribute 'close'")
        return made[-1]

    source = Supervisor("private", connect, inbox, first_s=0.01)
    source.start()
    try:
        assert _next(inbox) == "up"
        source.restart("in doubt")
        assert (_next(inbox), _next(inbox)) == ("down", "up")
    finally:
        source.stop()
    assert _next(inbox) == "down"


def test_the_end_of_an_earlier_connection_that_is_told_late_does_not_end_the_next() -> None:
    inbox, ends = Inbox(), list[Callable[[], None]]()

    def connect(_on_text: object, on_end: Callable[[], None]) -> Mock:
        ends.append(on_end)
        return Mock()

    source = Supervisor("private", connect, inbox, first_s=0.01)
    source.start()
    try:
        assert _next(inbox) == "up"
        ends[0]()
        assert (_next(inbox), _next(inbox)) == ("down", "up")
        ends[0]()
    finally:
        source.stop()
    assert ends[0] != ends[1]
    assert _next(inbox) == "down"


def test_a_frame_that_was_cut_is_told_as_such() -> None:
    inbox = Inbox()
    inbox.put(Arrival(channel="public", generation=1, what="up", at_us=0))
    inbox.put(Arrival(channel="public", generation=1, what="frame", at_us=1, text='{"topic":"pub'))
    (_, none), (_, cut) = drained(inbox, 0.01)
    assert none is None
    assert cut is not None
    assert "expected a frame" in cut.message
    assert drained(inbox, 0.0) == []
    assert frame_of(Arrival(channel="public", generation=1, what="down", at_us=2)) is None
