from __future__ import annotations

from unittest.mock import Mock

import pytest

from psky.domain.time import SECOND_US
from psky.errors import JournalError
from psky.live.limits import LiveLimits
from psky.live.pace import Turn
from psky.live.session import Session, Ways


class Quiet:
    """A paced market without prints: time goes where it is told, and no further."""

    def __init__(self, now_us: int) -> None:
        self.now_us = now_us

    def done(self, wake_us: int, _quiet: tuple[int, int]) -> None:
        self.now_us = max(self.now_us, wake_us)

    def turn(self) -> Turn:
        return Turn(arrivals=(), now_us=self.now_us, until_us=self.now_us)


def test_a_paced_market_goes_on_while_a_session_waits_though_nothing_trades() -> None:
    pace, desk = Quiet(now_us=100 * SECOND_US), Mock()
    desk.pace, desk.brain.now_us, desk.clock_us.return_value = pace, 70 * SECOND_US, 0
    ways = Ways(folder=Mock(), reading=Mock(), sources={}, recent_trades=list, alerts=Mock(), is_paced=True)
    session = Session(desk=desk, ways=ways, limits=LiveLimits(), watch=Mock(), run_number=1, since_us=0)

    session.leaving.breathe(0.5)

    assert pace.now_us == 119 * SECOND_US


def test_a_session_that_fails_tells_somebody() -> None:
    desk, alerts = Mock(), Mock()
    desk.clock_us.return_value = desk.orders.lots = 3
    desk.orders.open = []
    desk.pace.turn.side_effect = JournalError("the disk is full")
    ways = Ways(folder=Mock(), reading=Mock(), sources={}, recent_trades=list, alerts=alerts)
    session = Session(desk=desk, ways=ways, limits=LiveLimits(), watch=Mock(), run_number=1, since_us=0)

    with pytest.raises(JournalError):
        session.run(lambda: False)

    title, text = alerts.tell.call_args.args
    assert "ENDED BY A FAILURE" in title
    assert "the disk is full" in text
    assert "3 lots" in text
