"""What differs between a session and the backtest of its tape, planted, comes out under its cause."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from psky.engine.codes import ExitReason, OrderKind, OrderStatus, RejectReason, SkipReason
from psky.live.drift import Cause, Known, drift
from psky.replay.dataset import Dataset
from psky.replay.ledger import Columns, Ledger
from psky.replay.periods import folds
from psky.replay.run import replay_part, train

NOTHING = Known(held={}, gaps=())


@pytest.fixture(scope="module")
def backtest(dataset: Dataset) -> Ledger:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold)).ledger


def intent_at(ledger: Ledger, trade: int) -> int:
    return int(ledger.trades["intent"][trade])


def changed(columns: Columns, row: int, **values: Any) -> Columns:  # noqa: ANN401 - of any column
    fresh = {name: column.copy() for name, column in columns.items()}
    for name, value in values.items():
        fresh[name][row] = value
    return fresh


def without(columns: Columns, row: int) -> Columns:
    return {name: np.delete(column, row) for name, column in columns.items()}


def entry_row(ledger: Ledger, intent: int) -> int:
    orders = ledger.orders
    return int(np.flatnonzero((orders["intent"] == intent) & (orders["kind"] == OrderKind.ENTRY))[0])


def unfilled(ledger: Ledger, trade: int, **entry: Any) -> Ledger:  # noqa: ANN401 - as above
    """The ledger without a trade, whose entry ended so instead."""
    orders = changed(ledger.orders, entry_row(ledger, intent_at(ledger, trade)), **entry)
    return dataclasses.replace(ledger, trades=without(ledger.trades, trade), orders=orders)


def test_a_session_that_did_the_same_does_not_drift(backtest: Ledger) -> None:
    found = drift(backtest, backtest, NOTHING)

    assert (found.drifted, found.by_cause) == ((), {})
    assert found.same == found.session_trades == found.backtest_trades > 5


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"fee_r": 0.5}, Cause.FEE),
        ({"funding_r": 0.25}, Cause.FUNDING),
        ({"exit_ticks": 1.0, "exit_reason": ExitReason.STOP, "gross_r": -2.0}, Cause.LATENCY),
        ({"exit_ts_us": 1, "exit_reason": ExitReason.TARGET}, Cause.QUEUE),
        ({"lots": 1}, Cause.QUEUE),
    ],
)
def test_a_trade_that_ran_otherwise(backtest: Ledger, changes: dict[str, Any], cause: Cause) -> None:
    trades = backtest.trades
    stopped = int(np.flatnonzero(trades["exit_reason"] == ExitReason.STOP)[0])
    theirs = changed(trades, stopped, funding_r=0.0)
    ours = changed(theirs, stopped, **changes)
    ours["net_r"][stopped] = ours["gross_r"][stopped] - ours["fee_r"][stopped] - ours["funding_r"][stopped]
    theirs["net_r"][stopped] = theirs["gross_r"][stopped] - theirs["fee_r"][stopped]

    found = drift(dataclasses.replace(backtest, trades=ours), dataclasses.replace(backtest, trades=theirs), NOTHING)

    (one,) = found.drifted
    assert (one.intent, one.cause) == (intent_at(backtest, stopped), cause)
    assert one.difference_r == pytest.approx(ours["net_r"][stopped] - theirs["net_r"][stopped])
    assert found.same == found.session_trades - 1


@pytest.mark.parametrize(
    ("entry", "cause"),
    [
        ({"status": OrderStatus.CANCELLED}, Cause.QUEUE),
        ({"status": OrderStatus.CANCELLED, "price_ticks": 0}, Cause.LATENCY),
        ({"status": OrderStatus.REJECTED, "reject_reason": RejectReason.POST_ONLY}, Cause.LATENCY),
        ({"status": OrderStatus.REJECTED, "reject_reason": RejectReason.OTHER}, Cause.REFUSED),
    ],
)
@pytest.mark.parametrize("session_lacks", [True, False])
def test_an_entry_that_filled_on_one_side_only(
    backtest: Ledger, entry: dict[str, Any], cause: Cause, *, session_lacks: bool
) -> None:
    lacking = unfilled(backtest, 3, **entry)
    pair = (lacking, backtest) if session_lacks else (backtest, lacking)

    (one,) = drift(*pair, NOTHING).drifted

    net_r = float(backtest.trades["net_r"][3])
    assert one.cause is cause
    assert one.difference_r == pytest.approx(-net_r if session_lacks else net_r)
    assert (one.session_r is None) == session_lacks


def test_what_was_held_busy_or_decided_otherwise(backtest: Ledger) -> None:
    intent = intent_at(backtest, 2)
    lacking = dataclasses.replace(backtest, trades=without(backtest.trades, 2))
    busy = dataclasses.replace(
        lacking, skips={"intent": np.array([intent]), "reason": np.array([SkipReason.BUSY], np.int8)}
    )
    verdict = int(np.flatnonzero(backtest.verdicts["intent"] == intent)[0])
    other = dataclasses.replace(lacking, verdicts=changed(backtest.verdicts, verdict, p=0.1))
    blind = dataclasses.replace(lacking, verdicts=without(backtest.verdicts, verdict))

    def cause(session: Ledger, known: Known = NOTHING) -> Cause:
        (one,) = drift(session, backtest, known).drifted
        return one.cause

    assert cause(busy) is Cause.CARRIED
    assert cause(other) is cause(blind) is Cause.DATA
    assert cause(lacking, Known(held={intent: "guard: daily loss"}, gaps=())) is Cause.HELD


def test_trades_missing_in_a_trades_life_are_the_cause(backtest: Ledger) -> None:
    ours = dataclasses.replace(
        backtest, trades=changed(backtest.trades, 4, exit_ts_us=backtest.trades["exit_ts_us"][4] + 9)
    )
    inside = int(backtest.trades["exit_ts_us"][4]) - 1
    before = int(backtest.trades["entry_ts_us"][4]) - 10

    def cause(gap: tuple[int, int]) -> Cause:
        (one,) = drift(ours, backtest, Known(held={}, gaps=[gap])).drifted
        return one.cause

    assert cause((inside, inside + 1)) is Cause.DATA
    assert cause((before - 5, before)) is not Cause.DATA


def test_a_verdict_that_led_nowhere_is_told_too(backtest: Ledger) -> None:
    idle = int(np.flatnonzero(~np.isin(backtest.verdicts["intent"], backtest.trades["intent"]))[0])
    ours = dataclasses.replace(
        backtest, verdicts=changed(backtest.verdicts, idle, reason=backtest.verdicts["reason"][idle] + 1)
    )

    (one,) = drift(ours, backtest, NOTHING).drifted

    assert (one.cause, one.difference_r, one.session_r) == (Cause.DATA, 0.0, None)
