from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from msgspec import structs

from psky.domain.time import DAY_US, DAYS_PER_YEAR
from psky.engine.codes import OrderKind
from psky.replay.dataset import Dataset
from psky.replay.equity import marked_equity
from psky.replay.frames import PERIOD_COLUMNS, TRADE_COLUMNS, frames
from psky.replay.ledger import Ledger
from psky.replay.measures import RunMetrics, intervals, measure
from psky.replay.periods import folds
from psky.replay.run import Run, replay_part, train
from psky.replay.statistics import reductions
from psky.replay.statistics.interval import Bootstrap

QUICK = Bootstrap(reps=300)


@pytest.fixture(scope="module")
def run(dataset: Dataset) -> Run:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold))


def nothing(ledger: Ledger) -> Ledger:
    empty = {
        name: {column: values[:0] for column, values in columns.items()} for name, columns in ledger.tables.items()
    }
    return Ledger(**empty)


def test_metrics_agree_with_plain_sums(dataset: Dataset, run: Run) -> None:
    found, trades, fills, orders = run.metrics, run.ledger.trades, run.ledger.fills, run.ledger.orders
    days = run.part.days
    assert found.trades_per_day == pytest.approx(len(trades["net_r"]) / days)
    assert (found.mean_mae_r, found.mean_mfe_r) == pytest.approx((trades["mae_r"].mean(), trades["mfe_r"].mean()))
    entries = set(orders["order_id"][orders["kind"] == OrderKind.ENTRY])
    assert found.fill_rate == pytest.approx(len(entries & set(fills["order_id"])) / len(entries))
    value = fills["price_ticks"] * fills["lots"] * dataset.tape.instrument.tick_size * dataset.tape.instrument.lot_size
    assert found.maker_share == pytest.approx(value[fills["maker"]].sum() / value.sum())
    capital = dataset.spec.policy.equity
    assert found.turnover_per_day == pytest.approx(value.sum() / days / capital, rel=0.1)
    worst = np.sort(trades["net_r"])
    share = 0.05 * len(worst)
    whole = int(share)
    assert found.cvar_5_r == pytest.approx((worst[:whole].sum() + (share - whole) * worst[whole]) / share)
    gross = trades["gross_r"].sum()
    assert found.fee_to_gross == (pytest.approx(trades["fee_r"].sum() / gross) if gross > 0 else None)


def test_ratios_are_of_daily_returns_of_the_marked_equity(dataset: Dataset, run: Run) -> None:
    equity = marked_equity(dataset, run.part, run.ledger)
    days = equity.edges(DAY_US)
    held = dataset.spec.policy.equity + equity.quote[days]
    by_day = held[1:] / held[:-1] - 1
    expected = [float(ratio(by_day, DAYS_PER_YEAR)) for ratio in (reductions.sharpe, reductions.sortino)]
    assert [run.metrics.sharpe, run.metrics.sortino] == pytest.approx(expected)


def test_the_marked_drawdown_is_that_of_every_minute(dataset: Dataset, run: Run) -> None:
    equity = marked_equity(dataset, run.part, run.ledger)
    peak = np.maximum.accumulate(equity.r)
    assert run.metrics.marked_drawdown_r == pytest.approx((peak - equity.r).max())
    held = dataset.spec.policy.equity + equity.quote
    assert run.metrics.marked_drawdown_share == pytest.approx((1 - held / np.maximum.accumulate(held)).max())
    longest = 0
    for place in np.flatnonzero(equity.r == peak):
        later = np.flatnonzero(equity.r[place + 1 :] >= peak[place])
        back = place + 1 + int(later[0]) if len(later) else len(equity.r) - 1
        longest = max(longest, int(equity.ts_us[back] - equity.ts_us[place]) if back > place + 1 else 0)
    assert run.metrics.marked_underwater_s == pytest.approx(longest / 1e6, abs=60)


def test_periods_add_up_to_the_whole(dataset: Dataset, run: Run) -> None:
    equity = marked_equity(dataset, run.part, run.ledger)
    known = frames(dataset, run.part, run.ledger, equity)
    for rows in (known.days, known.periods):
        sums = dict(zip(PERIOD_COLUMNS, rows.sum(axis=0), strict=True))
        assert sums["net_r"] == pytest.approx(run.metrics.net_r)
        assert sums["change_r"] == pytest.approx(run.metrics.net_r)
        assert sums["trades"] == run.metrics.trades
        assert sums["fee_r"] == pytest.approx(run.metrics.fees_r)
        assert sums["length_s"] == pytest.approx(run.part.days * 86_400)
        assert sums["exposed_s"] / sums["length_s"] == pytest.approx(run.metrics.exposure_share)
        assert math.expm1(sums["change_log"]) * dataset.spec.policy.equity == pytest.approx(run.metrics.net_quote)
    assert len(known.periods) > len(known.days)
    assert known.trades.shape == (run.metrics.trades, len(TRADE_COLUMNS))


def test_equity_that_is_lost_stays_lost(dataset: Dataset, run: Run) -> None:
    policy = structs.replace(dataset.spec.policy, equity=1e-3)
    poor = dataclasses.replace(dataset, spec=structs.replace(dataset.spec, policy=policy))
    found = measure(poor, run.part, run.ledger)
    assert found.marked_drawdown_share == pytest.approx(1)
    assert found.sharpe is None or math.isfinite(found.sharpe)


def test_every_metric_has_an_interval_or_too_little_to_make_one(dataset: Dataset, run: Run) -> None:
    found = intervals(dataset, run.part, run.ledger, QUICK)
    assert list(found.of) == [field.name for field in dataclasses.fields(RunMetrics)]
    missing = {name for name, interval in found.of.items() if interval is None}
    # Two days say nothing of daily returns; fees over a loss are no ratio.
    assert missing <= {"sharpe", "sortino", "fee_to_gross"}
    for name, interval in found.of.items():
        value = getattr(run.metrics, name)
        if interval is not None and not name.endswith("underwater_s"):
            assert interval.low <= value <= interval.high
    assert (found.reps, found.level) == (300, 0.95)
    assert min(found.trade_block, found.day_block, found.period_block) >= 1


def test_a_replay_without_trades_measures_nothing(dataset: Dataset, run: Run) -> None:
    found = measure(dataset, run.part, nothing(run.ledger))
    assert (found.trades, found.net_quote, found.marked_drawdown_r, found.turnover_per_day) == (0, 0, 0, 0)
    assert (found.marked_underwater_s, found.trades_per_day, found.funding_r) == (0, 0, 0)
    undefined = (found.sharpe, found.sortino, found.cvar_5_r, found.maker_share, found.fill_rate, found.mean_mae_r)
    assert undefined == (None,) * 6
    of = intervals(dataset, run.part, nothing(run.ledger), QUICK).of
    assert of["mean_r"] is None
    assert of["net_r"] is not None
