"""A row through a booster alone is, to the last bit, what the booster says of many."""

from __future__ import annotations

import gc
import weakref
from typing import Any, Literal

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from psky.errors import ModelError
from psky.learn import booster, single_row

COLUMNS, CATEGORICAL = 6, 2
OBJECTIVES: dict[str, dict[str, Any]] = {
    "binary": {"objective": "binary"},
    "regression": {"objective": "regression"},
    "multiclass": {"objective": "multiclass", "num_class": 3},
}


def rows(draw: np.random.Generator, n: int) -> NDArray[np.float64]:
    X = draw.normal(size=(n, COLUMNS))
    X[:, :CATEGORICAL] = draw.integers(0, 40, (n, CATEGORICAL))
    X[draw.random(X.shape) < 0.2] = np.nan
    X[draw.random(X.shape) < 0.1] = 0.0
    return X


def odd(X: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    """Rows with what no training row had: infinities, categories that are new, negative or no whole number."""
    strange = np.array([np.inf, -np.inf, -1.0, 1e6, 2.5, -0.0, 1e-40])
    return np.where(draw.random(X.shape) < 0.2, draw.choice(strange, X.shape), X)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**31 - 1),
    objective=st.sampled_from(sorted(OBJECTIVES)),
    rounds=st.integers(1, 12),
    leaves=st.integers(2, 40),
    categorical=st.booleans(),
    missing=st.sampled_from([{}, {"use_missing": False}, {"zero_as_missing": True}]),
)
def test_a_row_alone_is_a_row_among_many(
    seed: int, objective: str, rounds: int, leaves: int, *, categorical: bool, missing: dict[str, bool]
) -> None:
    draw = np.random.default_rng(seed)
    X = rows(draw, 300)
    y = (np.nan_to_num(X).sum(axis=1) > 20).astype(int) + (X[:, 5] > 0)
    settings_ = OBJECTIVES[objective] | missing | {"num_leaves": leaves, "min_data_in_leaf": 3, "verbosity": -1}
    columns: list[int] | Literal["auto"] = list(range(CATEGORICAL)) if categorical else "auto"
    data = lgb.Dataset(X, y if objective == "multiclass" else y > 0, categorical_feature=columns, params=settings_)
    trees = lgb.train(settings_ | {"num_threads": 1, "seed": seed % 1000}, data, rounds)

    asked = odd(rows(draw, 60), draw)
    expected = np.asarray(trees.predict(asked, num_threads=1))

    for fitted in (trees, booster.from_text(booster.to_text(trees))):
        alone = [booster.predict(fitted, asked[at : at + 1]) for at in range(len(asked))]
        assert np.concatenate(alone).tobytes() == expected.tobytes()
        assert booster.predict(fitted, asked).tobytes() == expected.tobytes()


def trained() -> lgb.Booster:
    X = np.random.default_rng(0).normal(size=(200, 3))
    return lgb.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, lgb.Dataset(X, X[:, 0] > 0), 5)


def test_what_was_said_before_stays() -> None:
    trees = trained()

    first = single_row.predict(trees, np.array([[1.0, 0.0, 0.0]]))
    second = single_row.predict(trees, np.array([[-1.0, 0.0, 0.0]]))

    assert first[0] > 0.5 > second[0]


def test_a_booster_that_is_no_longer_used_is_let_go() -> None:
    trees = trained()
    single_row.predict(trees, np.zeros((1, 3)))
    gone = weakref.ref(trees)

    del trees
    gc.collect()

    assert gone() is None


def test_a_row_lies_in_memory_as_it_will() -> None:
    trees, X = trained(), np.random.default_rng(1).normal(size=(4, 6))

    assert single_row.predict(trees, X[1:2, ::2]) == trees.predict(X[1:2, ::2].copy())
    with pytest.raises(ModelError, match="row of 3 columns"):
        single_row.predict(trees, X[:1])


@pytest.mark.parametrize("best", [2, 0])
def test_rounds_after_the_best_do_not_count(best: int) -> None:
    trees, row = trained(), np.array([[0.3, -0.2, 1.0]])
    trees.best_iteration = best

    assert single_row.predict(trees, row) == trees.predict(row)
