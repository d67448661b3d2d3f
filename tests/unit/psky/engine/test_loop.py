"""The replay: what the trader does with verdicts, partial fills, gaps and the end of the tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky._core import Intents, Ledger, replay
from psky.engine.codes import ExitReason, OrderKind, OrderStatus, SkipReason, Status
from tests.engine_cases import ONE, Print, buys, joined, one_intent, run, sells, tape, venue

START = [buys(900, 102), sells(950, 101)]


def ledger(prints: list[Print], intents: Intents, opposite: Any = "flip", **changes: Any) -> Ledger:  # noqa: ANN401
    return replay(tape(prints), intents, np.arange(len(intents)), venue(**changes), opposite)


def both(**second: int) -> Intents:
    return joined([ONE, ONE | {"ts_us": 1200, "side": -1, "limit_ticks": 104} | second])


def test_a_round_trip_to_the_target() -> None:
    prints = [*START, sells(1100, 99), buys(1300, 107)]

    found = ledger(prints, one_intent(), maker_fee_rate=0.001)

    trades = found.trades()
    assert (trades["entry_ticks"][0], trades["exit_ticks"][0], trades["lots"][0]) == (100, 106, 3)
    assert trades["exit_reason"][0] == ExitReason.TARGET
    assert trades["gross_r"][0] == pytest.approx(1.5)
    assert trades["fee_r"][0] == pytest.approx((0.1 + 0.106) / 4)
    assert found.orders()["kind"].tolist() == [OrderKind.ENTRY, OrderKind.STOP, OrderKind.TARGET]
    assert found.orders()["status"].tolist() == [OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.FILLED]
    assert found.fills()["fee_r"].sum() == pytest.approx(trades["fee_r"][0])
    assert found.fills()["row"].tolist() == [2, 3]


def test_a_stop_slips_and_pays_as_a_taker() -> None:
    trades = ledger(
        [*START, sells(1100, 99), sells(1300, 93)], one_intent(), slippage_ticks=2, taker_fee_rate=0.01
    ).trades()

    assert trades["exit_ticks"][0] == 91
    assert trades["net_r"][0] == pytest.approx((-9 - 0.91) / 4)
    assert (trades["mae_r"][0], trades["mfe_r"][0]) == (-7 / 4, 0)


def test_the_print_that_fills_does_not_move_the_bracket() -> None:
    # 93 sweeps through the entry and the stop; only the next print can stop the position.
    trades = ledger([*START, sells(1100, 93), buys(1200, 97), sells(1300, 96)], one_intent()).trades()

    assert (trades["entry_row"][0], trades["exit_row"][0]) == (2, 4)


def test_a_taker_entry_anchors_its_bracket_at_its_fill() -> None:
    prints = [*START, buys(1000, 102), buys(1001, 103), sells(1200, 99)]

    found = ledger(prints, one_intent(limit_ticks=0), slippage_ticks=1)

    assert found.fills()["price_ticks"].tolist() == [104, 98]
    assert found.orders()["price_ticks"].tolist() == [0, 100, 110]
    assert not found.fills()["maker"].any()


def test_an_entry_that_would_take_is_rejected() -> None:
    found = ledger([*START, sells(1100, 99)], one_intent(limit_ticks=102))

    assert found.orders()["status"].tolist() == [OrderStatus.REJECTED]
    assert len(found.trades()["intent"]) == 0


def test_time_is_up_at_the_first_print_after_the_holding_time() -> None:
    prints = [*START, sells(1100, 99), buys(3099, 101), buys(3100, 102), buys(3101, 107)]

    trades = ledger(prints, one_intent(), latency_us=0, slippage_ticks=1).trades()

    assert (trades["exit_row"][0], trades["exit_ticks"][0]) == (4, 101)
    assert trades["exit_reason"][0] == ExitReason.TIME


def test_the_stop_covers_a_partial_fill_and_the_rest_expires() -> None:
    prints = [*START, sells(1100, 100, 2), sells(1600, 99), sells(1700, 96)]

    found = ledger(prints, one_intent(), fill="queue")

    assert found.trades()["lots"].tolist() == [2]
    assert found.trades()["gross_r"][0] == pytest.approx(-2 / 3)
    assert found.orders()["status"][0] == OrderStatus.CANCELLED
    assert found.fills()["lots"].tolist() == [2, 2]


def test_the_target_of_a_partial_fill_withdraws_the_rest_of_the_entry() -> None:
    prints = [*START, sells(1100, 100, 2), buys(1200, 107), sells(1300, 99)]

    found = ledger(prints, one_intent(), fill="queue")

    assert found.trades()["lots"].tolist() == [2]
    assert found.orders()["closed_us"][0] == 1200
    assert len(found.fills()["lots"]) == 2


def test_lots_that_fill_while_the_cancel_travels_leave_at_market_behind_a_stop() -> None:
    prints = [*START, sells(1100, 100, 2), buys(1200, 107), sells(1220, 99), buys(1300, 101), buys(1400, 101)]

    found = ledger(prints, one_intent(), fill="queue", cancel_latency_us=50)

    kinds = found.orders()["kind"].tolist()
    assert kinds == [OrderKind.ENTRY, OrderKind.STOP, OrderKind.TARGET, OrderKind.STOP, OrderKind.MARKET]
    assert found.fills()["lots"].tolist() == [2, 2, 1, 1]
    assert found.trades()["exit_reason"].tolist() == [ExitReason.TARGET]
    assert found.trades()["gross_r"][0] == pytest.approx((2 * 6 + 1) / 12)


def test_a_verdict_on_the_same_side_finds_the_trader_busy() -> None:
    found = ledger([*START, sells(1100, 99), buys(1300, 107)], both(side=1, limit_ticks=99))

    assert found.skips()["reason"].tolist() == [SkipReason.BUSY]
    assert found.trades()["intent"].tolist() == [0]


def test_flip_closes_at_market_and_then_enters() -> None:
    prints = [*START, sells(1100, 99), buys(1250, 101), buys(1300, 105), sells(1400, 97)]

    found = ledger(prints, both(), latency_us=10)

    trades = found.trades()
    assert trades["intent"].tolist() == [0, 1]
    assert trades["exit_reason"].tolist() == [ExitReason.OPPOSITE, ExitReason.TARGET]
    assert (trades["exit_row"][0], trades["exit_ticks"][0]) == (3, 101)
    assert found.orders()["submitted_us"][found.orders()["intent"] == 1][0] == 1250


def test_flip_withdraws_a_working_entry_and_enters_once_it_is_gone() -> None:
    prints = [*START, buys(1250, 102), buys(1300, 105), sells(1400, 97)]

    found = ledger(prints, both(), cancel_latency_us=30)

    assert found.trades()["intent"].tolist() == [1]
    assert found.orders()["closed_us"][0] == 1230
    assert found.orders()["submitted_us"][1] == 1230


def test_close_closes_and_enters_nothing() -> None:
    found = ledger([*START, sells(1100, 99), buys(1250, 101), buys(1300, 105), sells(1400, 97)], both(), "close")

    assert found.trades()["exit_reason"].tolist() == [ExitReason.OPPOSITE]
    assert found.skips()["reason"].tolist() == [SkipReason.CLOSES]


def test_ignore_goes_on() -> None:
    found = ledger([*START, sells(1100, 99), buys(1250, 101), buys(1300, 107)], both(), "ignore")

    assert found.trades()["exit_reason"].tolist() == [ExitReason.TARGET]
    assert found.skips()["reason"].tolist() == [SkipReason.IGNORED]


def test_the_end_of_the_tape_marks_out_as_a_taker() -> None:
    found = ledger([*START, sells(1100, 99), buys(1250, 101)], one_intent(), slippage_ticks=1, taker_fee_rate=0.01)

    assert found.trades()["exit_reason"].tolist() == [ExitReason.END]
    assert found.trades()["exit_ticks"][0] == 100
    assert found.fills()["fee_r"][-1] == pytest.approx(1.0 / 4)
    assert OrderStatus.OPEN not in found.orders()["status"]


def test_a_verdict_after_the_last_print_is_late() -> None:
    found = ledger(START, one_intent())

    assert found.skips()["reason"].tolist() == [SkipReason.LATE]
    assert len(found.orders()["intent"]) == 0


@pytest.mark.parametrize("gap_us", [400, 401])
def test_a_gap_censors_an_outcome_but_not_a_replay(gap_us: int) -> None:
    prints = [*START, sells(1100, 99), buys(1100 + gap_us, 107)]

    outcome = run(prints, one_intent(), max_gap_us=400)

    censored = gap_us > 400
    assert outcome["status"][0] == (Status.CENSORED if censored else Status.TARGET)
    assert np.isnan(outcome["net_r"][0]) == censored
    assert ledger(prints, one_intent(), max_gap_us=400).trades()["exit_reason"].tolist() == [ExitReason.TARGET]


def test_a_gap_before_the_first_print_after_the_decision_censors() -> None:
    assert run([*START, sells(1400, 99), buys(1500, 107)], one_intent(), max_gap_us=400)["status"][0] == Status.CENSORED


def test_rows_must_increase() -> None:
    with pytest.raises(ValueError, match="increasing rows"):
        replay(tape(START), both(), np.array([1, 0]), venue(), "flip")
