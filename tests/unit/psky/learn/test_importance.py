from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from psky.learn import booster
from psky.learn.arrays import Floats
from psky.learn.entry_model import EntryQualityModel
from psky.learn.importance import contributions, gain_shares, permuted
from psky.spec.sections import ModelSpec

NAMES = ("noise", "signal", "more noise")


@pytest.fixture(scope="module")
def fitted() -> tuple[EntryQualityModel, Floats, Floats]:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(900, 3))
    y = (rng.random(900) < expit(2 * X[:, 1])).astype(np.float64)
    t0 = np.arange(900)
    spec = ModelSpec(rounds=40, min_leaf_rows=10, feature_share=0.7)
    return EntryQualityModel(spec).fit(X[:600], y[:600], t0[:600], t0[:600]), X[600:], y[600:]


def test_gain_and_permutation_name_the_signal(fitted: tuple[EntryQualityModel, Floats, Floats]) -> None:
    model, X, y = fitted
    shares = gain_shares([model, model])
    assert shares.sum() == pytest.approx(1.0)
    assert shares.argmax() == 1
    before = X.copy()
    rise = permuted(model, X, y, [0, 1, 2], seed=1)
    assert rise[1] > 0.05 > max(abs(rise[0]), abs(rise[2]))
    np.testing.assert_array_equal(rise, permuted(model, X, y, [0, 1, 2], seed=1))
    np.testing.assert_array_equal(X, before)


def test_contributions_add_up_to_the_raw_log_odds(fitted: tuple[EntryQualityModel, Floats, Floats]) -> None:
    model, X, _ = fitted
    added, base = contributions(model, NAMES, X[0])
    raw = float(booster.predict(model.booster_, X[:1])[0])
    assert base + sum(column.log_odds for column in added) == pytest.approx(np.log(raw / (1 - raw)))
    assert {column.name: column.value for column in added} == dict(zip(NAMES, X[0].tolist(), strict=True))
    sizes = [abs(column.log_odds) for column in added]
    assert sizes == sorted(sizes, reverse=True)
