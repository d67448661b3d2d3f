from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.tui.drive import KEY
from tests.tui.fake import backtest
from tui.widgets.equity import curve

TRADE = backtest(KEY).trades[0]


def test_equity_adds_up_in_order_of_exit() -> None:
    trades = [replace(TRADE, net_r=r, exit_ts_us=ts) for ts, r in ((30, -2.0), (10, 1.0), (20, 0.5))]
    drawn = curve(trades)
    assert drawn.times == (10.0, 20.0, 30.0)
    assert drawn.equity == pytest.approx((1.0, 1.5, -0.5))
    assert drawn.drawdown == pytest.approx((0.0, 0.0, -2.0))


def test_the_first_loss_is_a_drawdown_from_zero() -> None:
    assert curve([replace(TRADE, net_r=-1.0)]).drawdown == pytest.approx((-1.0,))


def test_trades_without_a_result_are_left_out() -> None:
    assert curve([replace(TRADE, net_r=r) for r in (math.nan, math.inf)]).equity == ()
