from __future__ import annotations

import numpy as np
import pytest

from psky.errors import ModelError, NotFittedError
from psky.learn import booster
from psky.learn.arrays import Floats, Ints
from psky.learn.context import (
    REGIMES_OF,
    UNKNOWN,
    ContextLabels,
    RegimeModel,
    Trend,
    TrendModel,
    column_names,
    fit_out_of_fold,
    probability_of,
)
from psky.learn.entry_model import EntryQualityModel
from psky.spec.sections import ModelSpec

SPEC = ModelSpec(rounds=30, min_leaf_rows=10, feature_share=0.6)


def planted(rows: int = 800, seed: int = 4) -> tuple[Floats, Ints]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4))
    y = np.where(X[:, 0] > 0.6, 2, np.where(X[:, 0] < -0.6, 0, 1))
    return X, np.where(rng.random(rows) < 0.2, rng.integers(0, 3, rows), y)


def test_a_planted_trend_is_found() -> None:
    X, y = planted()
    p = TrendModel(SPEC).fit(X[:600], y[:600]).predict_proba(X[600:])
    assert p.shape == (200, 3)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    assert float(np.mean(p.argmax(axis=1) == y[600:])) > 0.7
    assert TrendModel(SPEC).fit(X, y).predict_proba(X[:0]).shape == (0, 3)


def test_the_same_rows_give_the_same_bytes_and_the_seed_counts() -> None:
    X, y = planted(300)
    texts = [booster.to_text(TrendModel(SPEC).fit(X, y).booster_) for _ in range(2)]
    other = TrendModel(ModelSpec(rounds=30, min_leaf_rows=10, feature_share=0.6, seed=8)).fit(X, y)
    assert texts[0] == texts[1] != booster.to_text(other.booster_)


def test_probabilities_inside_come_from_models_that_did_not_see_the_label() -> None:
    """Turning a label round must not change what is said of its own row, nor of rows whose labels it overlaps."""
    X, y = planted(400)
    t0 = np.arange(400, dtype=np.int64)
    end = t0 + 5
    labels = ContextLabels(y=y.astype(np.int8), end_us=end)
    weight = np.ones(400)
    _, before = fit_out_of_fold(TrendModel(SPEC), X, t0, labels, weight)
    turned = labels.y.copy()
    turned[150] = (turned[150] + 1) % 3
    _, after = fit_out_of_fold(TrendModel(SPEC), X, t0, ContextLabels(y=turned, end_us=end), weight)
    changed = np.flatnonzero((before != after).any(axis=1))
    assert changed.size > 0
    assert not np.isin(np.arange(145, 156), changed).any()


def test_rows_without_a_label_are_predicted_and_not_learnt_from() -> None:
    X, y = planted(400)
    t0 = np.arange(400, dtype=np.int64)
    known = y.astype(np.int8)
    known[::7] = UNKNOWN
    model, inside = fit_out_of_fold(TrendModel(SPEC), X, t0, ContextLabels(y=known, end_us=t0), np.ones(400))
    assert np.isfinite(inside).all()
    assert np.isfinite(model.predict_proba(X)).all()


def test_too_little_and_wrong_classes_are_refused() -> None:
    X, y = planted(100)
    with pytest.raises(ModelError, match="at least 60 rows of two or more classes to train the trend model"):
        TrendModel(SPEC).fit(X[:50], y[:50])
    with pytest.raises(ModelError, match="regime model"):
        RegimeModel(SPEC).fit(X, np.zeros(100))
    with pytest.raises(ModelError, match="classes"):
        TrendModel(SPEC).fit(X, y + 1)
    with pytest.raises(NotFittedError, match="fitted TrendModel"):
        TrendModel(SPEC).predict_proba(X)


def test_states_are_sums_of_regimes() -> None:
    said = np.array([[0.1, 0.2, 0.3, 0.4]])
    found = {state: float(np.asarray(probability_of(said, members))[0]) for state, members in REGIMES_OF.items()}
    assert found == pytest.approx({"any": 1.0, "calm": 0.3, "volatile": 0.7, "ranging": 0.4, "trending": 0.6})
    assert np.isnan(probability_of(None, (Trend.WITH_SIDE,)))


@pytest.mark.parametrize("kind", [EntryQualityModel, TrendModel, RegimeModel])
def test_estimators_keep_scikit_learns_conventions(kind: type[EntryQualityModel | TrendModel]) -> None:
    """What `sklearn.base.clone` asks of an estimator: parameters by name, kept as they were given."""
    model = kind(SPEC)
    clone = type(model)(**model.get_params(deep=False))
    assert clone.get_params()["spec"] is SPEC
    other = ModelSpec(rounds=9)
    assert model.set_params(spec=other) is model
    assert model.get_params() == {"spec": other}
    with pytest.raises(ModelError, match="parameter spec, found rounds"):
        model.set_params(rounds=other)


def test_columns_are_named_after_model_and_class() -> None:
    assert column_names(TrendModel) == ("trend_against_side", "trend_neither", "trend_with_side")
