from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import expit

from psky.errors import ModelError, NotFittedError
from psky.learn import booster
from psky.learn.arrays import Floats, Ints
from psky.learn.calibration.platt import Platt
from psky.learn.entry_model import EntryQualityModel
from psky.learn.scores import auc
from psky.spec.sections import ModelSpec

SPEC = ModelSpec(rounds=40, min_leaf_rows=10)


def planted(rows: int = 1200, seed: int = 2, strength: float = 1.5) -> tuple[Floats, Ints, Ints, Ints, Floats]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 6))
    p = expit(strength * X[:, 0])
    y = (rng.random(rows) < p).astype(np.int64)
    X[rng.random((rows, 6)) < 0.05] = np.nan
    t0 = np.arange(rows, dtype=np.int64) * 60_000_000
    t1 = t0 + rng.integers(1, 30, rows) * 60_000_000
    return X, y, t0, t1, p


def test_a_planted_edge_is_found_and_priced() -> None:
    X, y, t0, t1, truth = planted()
    model = EntryQualityModel(SPEC).fit(X[:900], y[:900], t0[:900], t1[:900])
    found = model.estimate(X[900:], 1.0)
    assert (auc(found.p, y[900:]) or 0) > 0.7
    assert np.corrcoef(found.p, truth[900:])[0, 1] > 0.8
    assert abs(float(np.mean(found.p - truth[900:]))) < 0.06
    assert ((found.p_lower > 0) & (found.p_lower < found.p)).all()
    np.testing.assert_array_equal(model.estimate(X[900:], 0.0).p_lower, found.p)
    assert model.oof_.rows == 900
    assert 900 / 30 < model.oof_.n_eff < 900 / 5
    assert (model.oof_.auc or 0) > 0.7


def test_the_same_rows_give_the_same_bytes() -> None:
    X, y, t0, t1, _ = planted(300)
    one, two = (EntryQualityModel(SPEC).fit(X, y, t0, t1) for _ in range(2))
    assert booster.to_text(one.booster_) == booster.to_text(two.booster_)
    assert one.calibrator_ == two.calibrator_
    assert one.oof_ == two.oof_
    other = EntryQualityModel(ModelSpec(rounds=40, min_leaf_rows=10, seed=8)).fit(X, y, t0, t1)
    assert booster.to_text(one.booster_) != booster.to_text(other.booster_)


def test_one_row_is_priced_as_in_a_batch() -> None:
    X, y, t0, t1, _ = planted(300)
    model = EntryQualityModel(SPEC).fit(X, y, t0, t1)
    batch = model.estimate(X, 1.0)
    rows = [model.estimate(X[number : number + 1], 1.0) for number in range(0, 300, 50)]
    assert [float(row.p[0]) for row in rows] == batch.p[::50].tolist()
    assert [float(row.p_lower[0]) for row in rows] == batch.p_lower[::50].tolist()
    assert model.estimate(np.empty((0, 6)), 1.0).p.size == 0


@pytest.mark.parametrize("calibration", ["none", "temperature", "platt", "beta", "isotonic", "venn_abers"])
def test_every_calibration_of_the_spec_fits(calibration: str) -> None:
    X, y, t0, t1, _ = planted(300)
    spec = ModelSpec(rounds=40, min_leaf_rows=10, calibration=calibration)  # type: ignore[arg-type]
    model = EntryQualityModel(spec).fit(X, y, t0, t1, sample_weight=np.ones(300))
    assert model.calibrator_.name == calibration
    assert np.isfinite(model.estimate(X, 1.0).p_lower).all()


def test_scores_that_rank_upside_down_give_the_base_rate() -> None:
    # Without a single split the out-of-fold score is the base rate of the other blocks: low where the block's is high.
    rows = 80
    t0 = np.arange(rows, dtype=np.int64)
    y = np.array(([1, 1, 1, 0] * 10) + ([1, 0, 0, 0] * 10))
    model = EntryQualityModel(ModelSpec(rounds=20, min_leaf_rows=60)).fit(
        np.zeros((rows, 1)), y, t0, t0, sample_weight=np.ones(rows)
    )
    assert isinstance(model.calibrator_, Platt)
    assert model.calibrator_.slope == 0
    np.testing.assert_allclose(model.estimate(np.zeros((2, 1)), 0.0).p, 0.5, atol=1e-12)


@pytest.mark.parametrize(("rows", "ones"), [(59, 30), (100, 9), (100, 91), (0, 0)])
def test_too_little_to_train_on_says_how_much_is_needed(rows: int, ones: int) -> None:
    t0 = np.arange(rows)
    y = np.arange(rows) < ones
    with pytest.raises(ModelError, match=f"at least 60 filled intents.*found {rows} with {ones}"):
        EntryQualityModel(SPEC).fit(np.zeros((rows, 2)), y, t0, t0)


def test_labels_too_long_to_purge_are_refused() -> None:
    X, y, t0, _, _ = planted(100)
    with pytest.raises(ModelError, match="after purging"):
        EntryQualityModel(SPEC).fit(X, y, t0, np.full(100, t0[-1]))


def test_an_unfitted_model_and_other_features_are_refused() -> None:
    X, y, t0, t1, _ = planted(200)
    with pytest.raises(NotFittedError, match="fitted"):
        EntryQualityModel(SPEC).estimate(X, 1.0)
    model = EntryQualityModel(SPEC).fit(X, y, t0, t1)
    with pytest.raises(ModelError, match="expected 6 features, found 5"):
        model.estimate(X[:, :5], 1.0)
    with pytest.raises(ModelError, match="weights"):
        EntryQualityModel(SPEC).fit(X, y, t0, t1, sample_weight=-np.ones(200))


def test_the_model_is_not_changed_by_rows_it_never_saw() -> None:
    X, y, t0, t1, _ = planted(400)
    one = EntryQualityModel(SPEC).fit(X[:300], y[:300], t0[:300], t1[:300])
    X[300:] = 1e6
    two = EntryQualityModel(SPEC).fit(X[:300], y[:300], t0[:300], t1[:300])
    assert booster.to_text(one.booster_) == booster.to_text(two.booster_)


def test_lightgbm_loads_only_when_a_model_is_used() -> None:
    code = "import psky.learn.bundle, psky.replay.statistics.edge, sys; print('lightgbm' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_both_ends_are_priced_beyond_the_formula_from_their_own_rows() -> None:
    X, y, t0, t1, _ = planted(600)
    slips = np.where(y == 1, -0.01, np.where(X[:, 1] > 0, -0.3, 0.5))
    found = EntryQualityModel(SPEC).fit(X, y, t0, t1, excess_r=slips).estimate(X, 1.0)
    np.testing.assert_allclose(found.gain_excess_r, -0.01)
    losing = y == 0
    assert np.corrcoef(found.loss_excess_r[losing], slips[losing])[0, 1] > 0.8
    exact = EntryQualityModel(SPEC).fit(X, y, t0, t1).estimate(X, 1.0)
    assert not exact.gain_excess_r.any()
    assert not exact.loss_excess_r.any()
    with pytest.raises(ModelError, match="600 finite results"):
        EntryQualityModel(SPEC).fit(X, y, t0, t1, excess_r=slips[:-1])


def test_probabilities_of_both_classes_add_up() -> None:
    X, y, t0, t1, _ = planted(300)
    model = EntryQualityModel(SPEC).fit(X, y, t0, t1)
    np.testing.assert_array_equal(model.predict_proba(X)[:, 1], model.estimate(X, 1.0).p)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0)
    assert model.classes_.tolist() == [0, 1]


def test_auto_says_what_it_compared() -> None:
    X, y, t0, t1, _ = planted(300)
    assert [tried.name for tried in EntryQualityModel(SPEC).fit(X, y, t0, t1).oof_.calibrations] == ["platt", "beta"]
