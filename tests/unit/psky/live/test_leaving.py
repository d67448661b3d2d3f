from __future__ import annotations

from unittest.mock import Mock

from psky.errors import ExchangeError
from psky.live.leaving import Leaving
from psky.live.limits import LiveLimits


def test_an_account_is_flat_though_what_closed_it_cannot_be_listed() -> None:
    desk, breathe = Mock(), Mock()
    desk.clock_us.return_value = 0
    desk.venue.open_orders.return_value = []
    desk.venue.position.return_value.lots = desk.orders.last_fill_us = 0
    desk.venue.executions.side_effect = ExchangeError("502")
    desk.venue.account.side_effect = ExchangeError("502")
    watch = Mock(equity_usdt=99.0, base_usdt=99.0)

    Leaving(
        desk=desk, watch=watch, folder=Mock(), limits=LiveLimits(), run_number=1, breathe=breathe, since_us=0
    ).get_flat("manual")

    assert [call.args[0].what for call in desk.note.call_args_list] == ["flat"]
    assert desk.venue.executions.call_count == breathe.call_count == 5
    watch.forget.assert_called_once_with(99.0)
    desk.brain.forget_trades.assert_called_once_with()
