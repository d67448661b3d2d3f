"""Marked equity equals a walk over fills, stamps and prints, and ends where the trades' results end."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.equity import MINUTE_US, MarkedEquity, marked_equity
from psky.replay.measures import measure
from psky.replay.periods import Part, folds
from psky.replay.run import Run, replay_part, replay_verdicts, train
from tests import house


@pytest.fixture(scope="module")
def run(dataset: Dataset) -> Run:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold))


def slow_quote(dataset: Dataset, run: Run, at_us: int) -> float:
    """Return the profit at a time, by hand."""
    trades = house.columns()
    cash, lots = 0.0, 0
    orders = dict(zip(run.ledger.orders["order_id"], run.ledger.orders["side"], strict=True))
    fills = run.ledger.fills
    for row in np.flatnonzero(fills["ts_us"] <= at_us):
        side, intent = int(orders[fills["order_id"][row]]), fills["intent"][row]
        risk = int(dataset.intents.stop_distance_ticks[intent]) * int(dataset.intents.qty_lots[intent])
        cash -= side * int(fills["price_ticks"][row]) * int(fills["lots"][row]) + fills["fee_r"][row] * risk
        lots += side * int(fills["lots"][row])
    tick, lot = dataset.tape.instrument.tick_size, dataset.tape.instrument.lot_size
    bid, ask = (trades.price[(trades.ts_us <= at_us) & (trades.side == side)][-1] for side in (-1, 1))
    return cash * tick * lot + lots * lot * float(bid + ask) / 2


def test_equity_agrees_with_a_walk_over_the_fills(dataset: Dataset, run: Run) -> None:
    found = marked_equity(dataset, run.part, run.ledger, step_us=7_000_000)
    held = np.flatnonzero(np.diff(found.quote))
    assert len(held) > 20
    for place in held[:: len(held) // 20]:
        assert found.quote[place] == pytest.approx(slow_quote(dataset, run, int(found.ts_us[place])), abs=1e-6)


def test_the_grid_has_the_ends_and_every_step_of_utc(dataset: Dataset, run: Run) -> None:
    found = marked_equity(dataset, run.part, run.ledger)
    assert (found.ts_us[0], found.ts_us[-1]) == (run.part.start_us, run.part.end_us)
    assert set(found.ts_us[1:-1] % MINUTE_US) == {0}
    assert set(np.diff(found.ts_us[1:-1])) == {MINUTE_US}
    assert (found.quote[0], found.r[0]) == (0, 0)
    hours = found.edges(60 * MINUTE_US)
    assert set(found.ts_us[hours[1:-1]] % (60 * MINUTE_US)) == {0}
    assert (hours[0], hours[-1]) == (0, len(found.ts_us) - 1)


def test_the_end_is_what_the_trades_earned(dataset: Dataset, run: Run) -> None:
    trades, intents = run.ledger.trades, dataset.intents
    instrument = dataset.tape.instrument
    unit = instrument.tick_size * instrument.lot_size
    risk = (intents.stop_distance_ticks * intents.qty_lots)[trades["intent"]] * unit
    found = marked_equity(dataset, run.part, run.ledger)
    assert found.r[-1] == pytest.approx(trades["net_r"].sum(), abs=1e-9)
    assert found.quote[-1] == pytest.approx((trades["net_r"] * risk).sum(), abs=1e-6)


def test_what_a_trade_does_past_the_end_counts_at_the_end(dataset: Dataset, run: Run) -> None:
    first = run.ledger.fills["ts_us"][0]
    short = dataclasses.replace(run.part, end_us=int(first) + 1)
    found = marked_equity(dataset, short, run.ledger)
    assert found.r[-1] == pytest.approx(run.ledger.trades["net_r"].sum(), abs=1e-9)
    assert found.r[-2] == 0


def replayed(dataset: Dataset, run: Run, ts_us: int, rate: float, mark: float) -> tuple[Run, MarkedEquity]:
    """Return the run and its equity as they are with one funding stamp."""
    stamps = Funding(ts_us=np.array([ts_us]), rate=np.array([rate]), mark=np.array([mark]))
    funded = dataclasses.replace(dataset, tape=dataclasses.replace(dataset.tape, funding=stamps))
    ledger = replay_verdicts(funded, run)
    return dataclasses.replace(run, ledger=ledger), marked_equity(funded, run.part, ledger)


def test_a_stamp_meets_what_was_open_before_it(dataset: Dataset, run: Run) -> None:
    fills, bare = run.ledger.fills, marked_equity(dataset, run.part, run.ledger)
    entered_us, instrument = int(fills["ts_us"][0]), dataset.tape.instrument
    _, at_entry = replayed(dataset, run, entered_us, 0.01, 0.5)
    np.testing.assert_array_equal(at_entry.quote, bare.quote)

    again, after = replayed(dataset, run, entered_us + 1, 0.01, 0.5)
    paid = bare.quote - after.quote
    owed = fills["side"][0] * fills["lots"][0] * instrument.lot_size * 0.01 * 0.5
    assert paid[0] == 0
    assert paid[-1] == pytest.approx(owed)
    assert again.ledger.trades["funding_r"][0] == pytest.approx((bare.r - after.r)[-1])
    assert again.ledger.digest != run.ledger.digest
    assert measure(dataset, run.part, again.ledger).funding_r == pytest.approx((bare.r - after.r)[-1])


def test_a_stamp_at_the_exit_is_paid(dataset: Dataset, run: Run) -> None:
    left_us = int(run.ledger.trades["exit_ts_us"][0])
    bare = marked_equity(dataset, run.part, run.ledger)
    for later_us, pays in ((0, True), (1, False)):
        _, found = replayed(dataset, run, left_us + later_us, 0.01, 0.5)
        assert (abs(found.quote[-1] - bare.quote[-1]) > 1e-9) == pays


def test_a_label_pays_funding_as_its_trade_does(dataset: Dataset, run: Run) -> None:
    trades = run.ledger.trades
    stamps = Funding(ts_us=trades["exit_ts_us"][:1], rate=np.array([0.01]), mark=np.array([0.5]))
    funded = build_dataset(dataclasses.replace(dataset.tape, funding=stamps), dataset.spec)
    row = int(trades["intent"][0])
    ledger = replay_verdicts(funded, run)
    assert funded.outcomes.funding_r[row] == pytest.approx(ledger.trades["funding_r"][0])
    assert ledger.trades["funding_r"][0] != 0
    assert funded.outcomes.net_r[row] == pytest.approx(dataset.outcomes.net_r[row] - funded.outcomes.funding_r[row])


def test_a_part_without_fills_stays_at_zero(dataset: Dataset, run: Run) -> None:
    tables = {
        name: {column: values[:0] for column, values in columns.items()} for name, columns in run.ledger.tables.items()
    }
    part = Part(name="x", start_us=60, end_us=61, train=run.part.train, test=run.part.test)
    found = marked_equity(dataset, part, type(run.ledger)(**tables))
    assert (found.ts_us.tolist(), found.quote.tolist(), found.r.tolist()) == ([60, 61], [0, 0], [0, 0])
