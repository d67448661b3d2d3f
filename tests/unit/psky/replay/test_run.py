from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from psky.decision.decide import Verdicts
from psky.engine.codes import ExitReason
from psky.engine.loop import replay_intents
from psky.errors import ModelError
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part, folds, holdout
from psky.replay.run import Run, replay_part, returns_of, stressed_net_r, train
from psky.spec.codec import replace
from tests import house

HOUR_US = 3_600_000_000


def run_fold(dataset: Dataset) -> Run:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold))


@pytest.fixture(scope="module")
def run(dataset: Dataset) -> Run:
    found = run_fold(dataset)
    assert len(found.ledger.trades["net_r"]) > 5
    return found


def changed(run: Run, table: str, column: str, row: int, value: Any) -> Ledger:  # noqa: ANN401 - of any column
    columns = dict(getattr(run.ledger, table))
    columns[column] = columns[column].copy()
    assert columns[column][row] != value
    columns[column][row] = value
    return dataclasses.replace(run.ledger, **{table: columns})


def test_the_same_work_gives_the_same_digest(run: Run) -> None:
    again = run_fold(build_dataset(house.tape_of(house.columns()), house.QUICK))

    assert again.ledger.digest == run.ledger.digest
    assert again.metrics == run.metrics


@pytest.mark.parametrize(
    ("table", "column"), [("verdicts", "reason"), ("verdicts", "p"), ("fills", "price_ticks"), ("trades", "fee_r")]
)
def test_one_value_changes_the_digest(run: Run, table: str, column: str) -> None:
    old = getattr(run.ledger, table)[column][3]

    assert changed(run, table, column, 3, old + 1).digest != run.ledger.digest


def test_types_names_and_lengths_are_part_of_the_digest() -> None:
    none: dict[str, Any] = {}
    ledgers = [
        Ledger(verdicts=verdicts, skips=none, orders=none, fills=none, trades=none, equity=none)
        for verdicts in (
            {"a": np.array([0, 0], dtype=np.int64)},
            {"a": np.array([0, 0], dtype=np.float64)},
            {"b": np.array([0, 0], dtype=np.int64)},
            {"a": np.array([0, 0, 0, 0], dtype=np.int32)},
            {"a": np.array([0], dtype=np.int64), "b": np.array([0], dtype=np.int64)},
        )
    ]

    assert len({ledger.digest for ledger in ledgers}) == len(ledgers)


def test_one_print_of_the_tape_changes_the_digest(run: Run) -> None:
    trades = house.columns()
    trades.price[int(run.ledger.trades["exit_row"][0])] += 0.0001

    assert run_fold(build_dataset(house.tape_of(trades), house.QUICK)).ledger.digest != run.ledger.digest


@pytest.mark.parametrize("change", [{"costs.maker_fee_rate": -0.000201}, {"costs.slippage_ticks": 2}])
def test_one_cost_changes_the_digest(dataset: Dataset, run: Run, change: dict[str, Any]) -> None:
    dearer = build_dataset(dataset.tape, replace(dataset.spec, change))

    assert run_fold(dearer).ledger.digest != run.ledger.digest


FREE = {"costs.maker_fee_rate": 0.0, "costs.taker_fee_rate": 0.0, "costs.slippage_ticks": 0, "policy.ev_margin_r": -5.0}


@pytest.mark.parametrize(
    ("cost", "paid_by"),
    [
        ({"costs.maker_fee_rate": 0.0002}, [True, True]),
        ({"costs.taker_fee_rate": 0.0005}, [False, True]),
        ({"costs.slippage_ticks": 1}, [False, True]),
    ],
    ids=["maker fee", "taker fee", "slippage"],
)
def test_stress_makes_the_same_trades_at_more_cost(dataset: Dataset, cost: dict[str, Any], paid_by: list[bool]) -> None:
    charged = build_dataset(dataset.tape, replace(dataset.spec, FREE | cost))
    run = run_fold(charged)
    net_r, reasons = run.ledger.trades["net_r"], run.ledger.trades["exit_reason"]
    at_target, elsewhere = paid_by
    paid = np.where(reasons == ExitReason.TARGET, at_target, elsewhere)

    assert 0 < (reasons == ExitReason.TARGET).sum() < len(reasons)
    np.testing.assert_array_equal(stressed_net_r(charged, run, 1), net_r)
    np.testing.assert_array_equal(stressed_net_r(charged, run, 2) < net_r, paid)
    np.testing.assert_array_equal(stressed_net_r(charged, run, 3) < stressed_net_r(charged, run, 2), paid)


def test_a_label_is_a_trade(dataset: Dataset) -> None:
    """Intents that cannot meet another earn in the replay what they earned alone, to the last bit."""
    free_us, rows = -1, []
    for row in np.flatnonzero(dataset.resolved):
        if dataset.t0[row] > free_us:
            rows.append(row)
            free_us = dataset.latest_end_us[row]
    trades = replay_intents(dataset.tape, dataset.intents, np.array(rows), dataset.spec).trades

    assert len(rows) > 50
    np.testing.assert_array_equal(trades["intent"], rows)
    for name in ("entry_ts_us", "exit_ts_us", "entry_ticks", "exit_ticks", "gross_r", "fee_r", "net_r", "mae_r"):
        np.testing.assert_array_equal(trades[name], getattr(dataset.outcomes, name)[rows], err_msg=name)


def test_verdicts_cover_the_part_and_trades_come_from_those_that_entered(dataset: Dataset) -> None:
    second = folds(dataset)[1]
    run = replay_part(dataset, second, train(dataset, second))
    np.testing.assert_array_equal(run.ledger.verdicts["intent"], run.part.test)
    accepted = run.part.test[run.verdicts.enter]

    assert 0 < len(accepted) < len(run.part.test)
    assert np.isin(run.ledger.orders["intent"], accepted).all()


def test_returns_share_out_the_net_result(dataset: Dataset, run: Run) -> None:
    returns = returns_of(dataset, run, HOUR_US)

    assert returns.sum() == pytest.approx(run.metrics.net_r)
    assert len(returns) == pytest.approx(run.part.days * 24, abs=1)


def test_a_return_is_what_was_earned_in_its_period_and_not_what_was_closed(dataset: Dataset, run: Run) -> None:
    trades = run.ledger.trades
    ends_us = (run.part.start_us // HOUR_US + 1 + np.arange(len(returns_of(dataset, run, HOUR_US)) - 1)) * HOUR_US
    earned_r = np.cumsum(returns_of(dataset, run, HOUR_US))[:-1]
    closed_r = np.array([trades["net_r"][trades["exit_ts_us"] <= end_us].sum() for end_us in ends_us])
    is_open = np.array([((trades["entry_ts_us"] <= end) & (end < trades["exit_ts_us"])).any() for end in ends_us])

    assert 0 < is_open.sum() < len(ends_us)
    np.testing.assert_allclose(earned_r[~is_open], closed_r[~is_open], atol=1e-9)
    assert (np.abs(earned_r - closed_r)[is_open] > 1e-6).all()


def test_a_part_without_touches_replays_to_nothing(dataset: Dataset) -> None:
    last = holdout(dataset)
    empty = Part(name="none", start_us=last.start_us, end_us=last.end_us, train=last.train, test=last.test[:0])
    run = replay_part(dataset, empty, train(dataset, empty))

    assert isinstance(run.verdicts, Verdicts)
    assert (run.metrics.trades, run.metrics.net_r, len(run.ledger.orders["order_id"])) == (0, 0.0, 0)


def test_too_little_to_train_on_is_refused(dataset: Dataset) -> None:
    fold = folds(dataset)[0]
    with pytest.raises(ModelError, match="to train on"):
        train(dataset, dataclasses.replace(fold, train=fold.train[:20]))
    with pytest.raises(ModelError, match="to train on"):
        train(dataset, dataclasses.replace(fold, train=fold.train[:0]))


def test_training_says_what_it_was_trained_on(dataset: Dataset) -> None:
    fold = folds(dataset)[0]
    trained_on = train(dataset, fold).trained_on
    rows = fold.train[dataset.resolved[fold.train]]

    assert (trained_on.rows, trained_on.start_us) == (len(rows), dataset.t0[rows].min())
    assert trained_on.end_us == dataset.t1[rows].max() < fold.start_us
