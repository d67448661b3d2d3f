from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psky.decision.decide import Reason
from psky.learn import booster
from psky.learn.bundle import Bundle
from psky.learn.context import UNKNOWN, Regime, RegimeModel, Trend, TrendModel
from psky.replay.context import regime_labels, trend_labels, used
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import folds
from psky.replay.run import provenance, replay_part, train
from psky.spec.codec import replace
from tests import house

CONTEXT: dict[str, Any] = {"context.trend": True, "context.regime": True, "context.horizon_bars": 20}
BAR_US = 60_000_000


@pytest.fixture(scope="module")
def seeing(dataset: Dataset) -> Dataset:
    """The small market under a spec whose entry model sees both contexts."""
    return build_dataset(dataset.tape, replace(dataset.spec, CONTEXT))


def test_trend_labels_agree_with_a_scan_of_the_prints(seeing: Dataset) -> None:
    found = trend_labels(seeing.tape, seeing.table, seeing.spec)
    trades, table = house.columns(), seeing.table
    checked = set()
    for touch in range(0, len(seeing.t0), 5):
        row, t0 = table.touch_row[touch], seeing.t0[touch]
        distance = max(1, round(2.0 * table.atr_ticks[row]))
        inside = (trades.ts_us >= t0) & (trades.ts_us < t0 + 20 * BAR_US)
        move = (np.rint(trades.price[inside] * 10_000) - table.close_ticks[row]) * table.touch_side[touch]
        reached = np.flatnonzero(np.abs(move) >= distance)
        ends = trades.ts_us[-1] >= t0 + 20 * BAR_US
        expected = Trend.NEITHER if ends else UNKNOWN
        if reached.size:
            expected = Trend.WITH_SIDE if move[reached[0]] > 0 else Trend.AGAINST_SIDE
            assert found.end_us[touch] == trades.ts_us[inside][reached[0]]
        assert found.y[touch] == expected
        checked.add(int(expected))
    assert {int(member) for member in Trend} <= checked


def test_regime_labels_agree_with_a_loop_over_the_bars(seeing: Dataset) -> None:
    found, table, bars = regime_labels(seeing.table, seeing.spec), seeing.table, 20
    close = table.close_ticks.astype(float)
    for touch, row in enumerate(table.touch_row):
        if row < bars or row + bars >= len(close) or table.segment[row - bars] != table.segment[row + bars]:
            assert (found.y[touch], found.end_us[touch]) == (UNKNOWN, seeing.t0[touch])
            continue
        ahead, behind = np.diff(close[row : row + bars + 1]), np.diff(close[row - bars : row + 1])
        volatile = np.sum(ahead**2) > np.sum(behind**2)
        trending = abs(ahead.sum()) / max(np.abs(ahead).sum(), 1e-12) > 1 / np.sqrt(bars)
        assert found.y[touch] == Regime[f"{'VOLATILE' if volatile else 'CALM'}_{'TRENDING' if trending else 'RANGING'}"]
        assert found.end_us[touch] == table.ts_us[row + bars]
    assert set(found.y.tolist()) >= set(range(4))


def test_context_models_are_fitted_only_where_something_uses_them(dataset: Dataset) -> None:
    spec = dataset.spec
    assert used(spec) == ()
    assert used(replace(spec, {"context.regime": True})) == (RegimeModel,)
    assert used(replace(spec, {"policy.min_trend_p": 0.4})) == (TrendModel,)
    assert used(replace(spec, {"policy.regime": "calm"})) == (RegimeModel,)
    assert train(dataset, folds(dataset)[0]).context == ()


def test_the_entry_model_sees_the_context_and_the_bundle_keeps_it(seeing: Dataset, tmp_path: Path) -> None:
    fold = folds(seeing)[0]
    bundle = train(seeing, fold)
    assert bundle.model.n_features_in_ == seeing.X.shape[1] + 7 == len(seeing.evidence_names)
    bundle.save(tmp_path / "m")
    loaded = Bundle.load(tmp_path / "m", provenance(seeing))
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        "bundle.json",
        "model.txt",
        "regime.txt",
        "trend.txt",
    ]
    assert replay_part(seeing, fold, loaded).ledger.digest == replay_part(seeing, fold, bundle).ledger.digest


def test_gates_keep_out_what_is_not_probable_enough(dataset: Dataset) -> None:
    fold = folds(dataset)[0]
    open_ = replay_part(dataset, fold, train(dataset, fold))
    gated = build_dataset(
        dataset.tape,
        replace(dataset.spec, {"policy.min_trend_p": 0.5, "policy.regime": "calm", "context.horizon_bars": 20}),
    )
    part = dataclasses.replace(folds(gated)[0], train=folds(dataset)[0].train)
    bundle = train(gated, folds(gated)[0])
    run = replay_part(gated, part, bundle)
    trend, regime = np.asarray(run.evidence.trend_p), np.asarray(run.evidence.regime_p)
    assert bundle.model.n_features_in_ == dataset.X.shape[1], "a gate shows the entry model nothing"
    assert np.isfinite(trend).all()
    assert np.isfinite(regime).all()
    assert (trend[run.verdicts.enter] >= 0.5).all()
    assert (regime[run.verdicts.enter] >= 0.5).all()
    assert {Reason.TREND, Reason.REGIME} & set(run.verdicts.reason.tolist())
    assert run.verdicts.enter.sum() < open_.verdicts.enter.sum()


def test_prices_after_a_fold_begins_change_no_fitted_parameter(seeing: Dataset) -> None:
    """C5 of METHOD 8.4: everything fitted comes from the training rows, contexts and payoffs included."""
    fold = folds(seeing)[1]
    trades = house.columns()
    later = trades.ts_us >= fold.start_us
    assert later.any()
    trades.price[later] = np.round(trades.price[later] * 1.5, 4)
    changed = build_dataset(house.tape_of(trades), seeing.spec)
    one, two = train(seeing, fold), train(changed, folds(changed)[1])
    np.testing.assert_array_equal(folds(changed)[1].train, fold.train)
    assert booster.to_text(one.model.booster_) == booster.to_text(two.model.booster_)
    assert one.model.calibrator_ == two.model.calibrator_
    assert (one.model.gain_.mean_r, one.model.loss_.mean_r) == (two.model.gain_.mean_r, two.model.loss_.mean_r)
    texts = [[booster.to_text(model.booster_) for model in bundle.context] for bundle in (one, two)]
    assert len(texts[0]) == 2
    assert texts[0] == texts[1]


def test_training_rows_know_all_their_labels_before_the_fold(seeing: Dataset) -> None:
    for fold in folds(seeing):
        assert seeing.labels_end_us[fold.train].max() < fold.start_us
    assert (seeing.labels_end_us > seeing.t1).any(), "no context outlives its trade: the test proves nothing"
