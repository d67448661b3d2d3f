"""Funnel, foresight and calendar of a replay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from psky.backtest.calendar import by_calendar
from psky.backtest.foresight import calibration, ev_deciles
from psky.backtest.funnel import funnel
from psky.engine.codes import OrderKind, OrderStatus, RejectReason
from psky.replay.dataset import Dataset
from psky.replay.periods import Part
from psky.replay.run import replay_part, train

Found = Any  # tests.unit.psky.backtest.conftest.Found
DAY_US = 86_400_000_000


def test_nobody_is_lost_in_the_funnel(dataset: Dataset, found: Found) -> None:
    stages = funnel(dataset, found.run)
    count = {stage.name: stage.count for stage in stages}
    gone = {stage.name: sum(stage.reasons.values()) for stage in stages}

    assert list(count) == ["bars", "touches", "accepted", "orders", "filled", "closed"]
    assert count["touches"] == count["accepted"] + gone["accepted"]
    assert count["accepted"] == count["orders"] + gone["orders"]
    assert count["orders"] == count["filled"] + gone["filled"]
    assert count["closed"] == gone["closed"] == len(found.trades) > 0
    assert count["bars"] > count["touches"] > count["accepted"] > count["filled"]


def test_the_funnel_says_why_the_venue_refused_an_entry(dataset: Dataset, found: Found) -> None:
    orders = {name: column.copy() for name, column in found.run.ledger.orders.items()}
    expired = (orders["kind"] == OrderKind.ENTRY) & (orders["filled_lots"] == 0)
    (row, *_) = np.flatnonzero(expired & (orders["status"] == OrderStatus.CANCELLED))
    orders["status"][row], orders["reject_reason"][row] = OrderStatus.REJECTED, RejectReason.NOTIONAL
    run = replace(found.run, ledger=replace(found.run.ledger, orders=orders))
    before, after = (
        next(stage.reasons for stage in funnel(dataset, one) if stage.name == "filled") for one in (found.run, run)
    )

    assert after == before | {
        "expired or withdrawn": before["expired or withdrawn"] - 1,
        "worth too little, rejected": 1,
    }


def test_a_funnel_of_nothing(dataset: Dataset, found: Found) -> None:
    whole = found.run.part
    empty = Part(name="none", start_us=whole.start_us, end_us=whole.end_us, train=whole.train, test=whole.test[:0])
    run = replay_part(dataset, empty, train(dataset, whole))

    assert [stage.count for stage in funnel(dataset, run)][1:] == [0] * 5
    assert calibration(dataset, run) is None
    assert ev_deciles(dataset, run) == []


def test_calibration_is_over_the_touches_that_resolved(dataset: Dataset, found: Found) -> None:
    resolved = dataset.resolved[found.run.part.test]
    told = calibration(dataset, found.run)

    assert told is not None
    assert told.rows == resolved.sum() == sum(one.rows for one in told.bins)
    forecasts = [one.forecast for one in told.bins]
    assert forecasts == sorted(forecasts)
    came = sum(one.outcome * one.rows for one in told.bins) / told.rows
    assert came == pytest.approx(dataset.target_first[found.run.part.test][resolved].mean())
    p = np.asarray(found.run.evidence.p)[resolved]
    assert told.brier == pytest.approx(np.mean((p - dataset.target_first[found.run.part.test][resolved]) ** 2))


def test_deciles_share_out_expected_and_realised_value(dataset: Dataset, found: Found) -> None:
    resolved = dataset.resolved[found.run.part.test]
    deciles = ev_deciles(dataset, found.run)
    rows = sum(one.rows for one in deciles)

    assert len(deciles) == 10
    assert rows == resolved.sum()
    assert [one.ev_r for one in deciles] == sorted(one.ev_r for one in deciles)
    realised = sum(one.realised_r * one.rows for one in deciles) / rows
    assert realised == pytest.approx(dataset.outcomes.net_r[found.run.part.test][resolved].mean())


def test_the_calendar_is_by_day_in_short_spans_and_by_month_in_long_ones() -> None:
    trades = pl.DataFrame({"exit_ts_us": [0, DAY_US - 1, DAY_US, 40 * DAY_US], "net_r": [1.0, -0.5, 2.0, -1.0]})
    days, months = by_calendar(trades, 0, 50 * DAY_US), by_calendar(trades, 0, 90 * DAY_US)

    assert [(day.name, day.trades, day.net_r) for day in days] == [
        ("1970-01-01", 2, 0.5),
        ("1970-01-02", 1, 2.0),
        ("1970-02-10", 1, -1.0),
    ]
    assert [(month.name, month.trades, month.win_rate) for month in months] == [
        ("1970-01", 3, pytest.approx(2 / 3)),
        ("1970-02", 1, 0.0),
    ]
    assert by_calendar(trades.head(0), 0, DAY_US) == []
