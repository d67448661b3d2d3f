from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from psky.replay.dataset import Dataset
from psky.replay.figures import Markout
from psky.replay.ledger import Ledger
from psky.replay.markouts import HORIZONS_S, NOT_FILLED, markout_bp, markouts
from psky.replay.periods import folds
from psky.replay.run import Run, replay_part, train
from psky.replay.statistics.interval import Bootstrap
from tests import house
from tests.vectors.load import vectors

QUICK = Bootstrap(reps=200)


@pytest.fixture(scope="module")
def run(dataset: Dataset) -> Run:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold))


def curves(dataset: Dataset, ledger: Ledger) -> dict[str, tuple[Markout, ...]]:
    return {curve.after: curve.points for curve in markouts(dataset, ledger, QUICK)}


@pytest.mark.parametrize("vector", vectors("markout_bps"))
def test_markouts_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    given = vector["inputs"]
    found = markout_bp(given["fill_px"], given["D"], given["mids"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])
    np.testing.assert_allclose(markout_bp(given["fill_px"], -given["D"], given["mids"]), -found)


def slow_mid(at_us: int) -> float:
    trades = house.columns()
    before = trades.ts_us <= at_us
    return float(sum(trades.price[before & (trades.side == side)][-1] for side in (-1, 1)) / 2)


def test_a_curve_is_the_mean_move_after_each_fill(dataset: Dataset, run: Run) -> None:
    found = curves(dataset, run.ledger)["entry"]
    fills, orders, tick = run.ledger.fills, run.ledger.orders, dataset.tape.instrument.tick_size
    entry_ids = dict(zip(orders["order_id"][orders["kind"] == 0], orders["side"][orders["kind"] == 0], strict=True))
    rows = [row for row, order in enumerate(fills["order_id"]) if order in entry_ids]
    for point in found:
        moves_bp, moves_r = [], []
        for row in rows:
            side, price = int(entry_ids[fills["order_id"][row]]), fills["price_ticks"][row] * tick
            move = side * (slow_mid(int(fills["ts_us"][row] + point.horizon_s * 1e6)) - price)
            moves_bp.append(move / price * 1e4)
            moves_r.append(move / tick / dataset.intents.stop_distance_ticks[fills["intent"][row]])
        assert point.count == len(rows)
        assert point.bp == pytest.approx(np.mean(moves_bp))
        assert point.r == pytest.approx(np.mean(moves_r))
        assert point.bp_interval is not None
        assert point.bp_interval.low <= np.mean(moves_bp) <= point.bp_interval.high
    assert tuple(point.horizon_s for point in found) == HORIZONS_S


def test_orders_that_did_not_fill_are_followed_from_their_end(dataset: Dataset, run: Run) -> None:
    points = curves(dataset, run.ledger)[NOT_FILLED]
    orders = run.ledger.orders
    left = [
        row
        for row in np.flatnonzero(orders["kind"] == 0)
        if orders["order_id"][row] not in set(run.ledger.fills["order_id"])
    ]
    tick = dataset.tape.instrument.tick_size
    moves = [
        orders["side"][row]
        * (slow_mid(int(orders["closed_us"][row]) + 1_000_000) / tick - orders["price_ticks"][row])
        / dataset.intents.stop_distance_ticks[orders["intent"][row]]
        for row in left
    ]
    assert points[1].count == len(left) > 3
    assert points[1].r == pytest.approx(np.mean(moves))


def test_fills_are_adverse_and_missed_entries_would_have_paid(dataset: Dataset, run: Run) -> None:
    found = curves(dataset, run.ledger)
    filled, missed = found["entry"][-2].r, found[NOT_FILLED][-2].r
    assert filled is not None
    assert missed is not None
    assert filled < missed


def test_what_lies_beyond_the_tape_is_not_known(dataset: Dataset, run: Run) -> None:
    fills = {**run.ledger.fills, "ts_us": np.full(len(run.ledger.fills["ts_us"]), dataset.tape.span_us[1] - 2_000_000)}
    points = curves(dataset, dataclasses.replace(run.ledger, fills=fills))["entry"]
    assert [point.count > 0 for point in points] == [True, True, False, False, False, False]
    assert (points[-1].bp, points[-1].r, points[-1].bp_interval) == (None, None, None)


def test_no_fills_give_no_curve(dataset: Dataset, run: Run) -> None:
    empty = {name: {key: column[:0] for key, column in table.items()} for name, table in run.ledger.tables.items()}
    assert markouts(dataset, Ledger(**empty)) == ()
