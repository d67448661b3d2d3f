"""The brain at its edges: what it waits for, what keeps it from entering, and what it refuses."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from psky.engine.messages import Cancel, Place, intent_of
from psky.errors import DataError, MismatchError, OrderError
from psky.learn.bundle import Bundle
from psky.live.brain import Brain, Step
from psky.replay.dataset import Dataset
from psky.replay.periods import folds
from psky.replay.run import train
from psky.spec.codec import replace
from tests import house

EAGER = replace(house.QUICK, {"policy.ev_margin_r": -100.0})
"""Enters at every touch."""
TRADES = house.columns()


@pytest.fixture(scope="module")
def bundle(dataset: Dataset) -> Bundle:
    return train(dataset, folds(dataset)[0])


def brain_of(bundle: Bundle, **window: int) -> Brain:
    return Brain(bundle, EAGER, house.INSTRUMENT, "b", **window)


def steps(brain: Brain, start: int, stop: int) -> list[Step]:
    trades, row, said = TRADES.take(slice(start, stop)), 0, []
    while row < len(trades):
        row, step = brain.on_trades(trades, row)
        said += [step] if step else []
    return said


def test_entries_wait_until_every_feature_in_use_is_known(bundle: Bundle, dataset: Dataset) -> None:
    brain = brain_of(bundle)

    said = steps(brain, 0, len(TRADES) // 2)

    decided = [verdict for step in said for verdict in step.decided]
    used = np.flatnonzero(bundle.used_features)
    known = np.isfinite(dataset.X[: len(decided)][:, used]).all(axis=1)
    first = int(known.argmax())
    assert 0 < first < len(decided) - 1
    assert {verdict.held for verdict in decided[:first]} == {"features not ready"}
    assert {verdict.held for verdict in decided[first:]} == {""}
    assert brain.is_ready
    sent = [command for step in said for command in step.commands if isinstance(command, Place)]
    assert min(intent_of(order.order_id) for order in sent) == first


def test_what_the_driver_holds_is_decided_and_not_traded(bundle: Bundle) -> None:
    brain = brain_of(bundle)
    steps(brain, 0, 40_000)
    brain.on_end()
    brain.held = "guard: daily loss"

    said = steps(brain, 40_000, 50_000)

    decided = [verdict for step in said for verdict in step.decided]
    assert len(decided) > 10
    assert all(verdict.enter and verdict.held == "guard: daily loss" for verdict in decided)
    assert not any(command for step in said for command in step.commands if isinstance(command, Place))


def test_it_decides_within_its_window_and_numbers_all_touches(bundle: Bundle, dataset: Dataset) -> None:
    start_us, end_us = (int(TRADES.ts_us[row]) for row in (30_000, 40_000))

    said = steps(brain_of(bundle, decide_from_us=start_us, decide_until_us=end_us), 0, len(TRADES))

    rows = [verdict.row for step in said for verdict in step.decided]
    assert rows == np.flatnonzero((dataset.t0 >= start_us) & (dataset.t0 < end_us)).tolist()


def test_trades_of_the_past_are_refused(bundle: Bundle) -> None:
    brain = brain_of(bundle)
    steps(brain, 0, 100)
    brain.advance(int(TRADES.ts_us[99]) + 1_000_000)

    with pytest.raises(OrderError, match="expected a trade at or after"):
        brain.on_trades(TRADES.take(slice(99, 101)))
    with pytest.raises(DataError):
        brain.on_trades(dataclasses.replace(TRADES.take(slice(9_000, 9_001)), price=np.array([-1.0])))


def test_time_alone_closes_bars(bundle: Bundle) -> None:
    by_trades, by_time = brain_of(bundle), brain_of(bundle)
    steps(by_trades, 0, 20_000)
    steps(by_time, 0, 20_000)
    next_us = int(TRADES.ts_us[20_000])
    end_us = by_time.next_us

    said = []
    for now_us in range(end_us, next_us + 1, 1_000_000):
        while (step := by_time.advance(now_us)) is not None:
            said.append(step)
    said += steps(by_time, 20_000, 20_500)

    assert [step.ts_us for step in said] == [step.ts_us for step in steps(by_trades, 20_000, 20_500)]


def test_a_state_of_another_model_or_none_is_refused(bundle: Bundle, dataset: Dataset) -> None:
    state = brain_of(bundle).save()
    other = train(dataset, folds(dataset)[1])

    assert Brain.restore(bundle, EAGER, house.INSTRUMENT, "b", state).save() == state
    for model, spec, prefix, bytes_ in (
        (other, EAGER, "b", state),
        (bundle, replace(EAGER, {"touch.ema": 20}), "b", state),
        (bundle, EAGER, "c", state),
        (bundle, EAGER, "b", state[:-1]),
        (bundle, EAGER, "b", b"\x00"),
    ):
        with pytest.raises(MismatchError):
            Brain.restore(model, spec, house.INSTRUMENT, prefix, bytes_)


def test_leaving_takes_back_what_works(bundle: Bundle) -> None:
    brain, row = brain_of(bundle), 0
    sent: list[Place] = []
    while not sent:
        row, step = brain.on_trades(TRADES, row)
        sent = [command for command in step.commands if isinstance(command, Place)] if step else []

    said = brain.on_end()

    assert [(type(command), command.order_id) for command in said.commands] == [(Cancel, sent[0].order_id)]
    assert said.sent_us == brain.now_us


def test_at_one_time_the_clock_comes_before_the_bar(bundle: Bundle) -> None:
    brain, row = brain_of(bundle), 0
    sent_us = 0
    while not sent_us:
        row, step = brain.on_trades(TRADES, row)
        sent_us = step.ts_us if step and step.commands else 0
    expiry_us = sent_us + EAGER.intent.entry_ttl_bars * 60 * 1_000_000  # which is the end of a bar

    step = brain.advance(expiry_us)
    while step is not None and not step.commands:
        step = brain.advance(expiry_us)

    assert step is not None
    assert (step.ts_us, step.sent_us, type(step.commands[0])) == (expiry_us, expiry_us, Cancel)
    assert brain.now_us < expiry_us
