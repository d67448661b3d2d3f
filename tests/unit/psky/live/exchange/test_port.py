"""A skew is what the way there and back cannot explain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from psky.live.exchange.port import Account


@pytest.mark.parametrize(
    ("asked_us", "doubt_us", "skew_us"),
    [(600, 0, 600), (600, 100, 500), (-600, 100, -500), (600, 2_000, 0), (-600, 600, 0)],
)
def test_a_slow_answer_is_no_clock_that_is_off(asked_us: int, doubt_us: int, skew_us: int) -> None:
    account = Account(
        may_trade=True,
        may_withdraw=False,
        one_way=True,
        wallet_usdt=Decimal(1),
        server_us=0,
        asked_us=asked_us,
        doubt_us=doubt_us,
    )
    assert account.skew_us == skew_us
