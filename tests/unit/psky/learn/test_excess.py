from __future__ import annotations

import numpy as np
import pytest

from psky.learn.booster import BinnedRows
from psky.learn.excess import ExcessRows, fit_excess, mean_excess
from psky.learn.splits import purged_kfold
from psky.spec.sections import ModelSpec

SPEC = ModelSpec(rounds=40, min_leaf_rows=10, feature_share=0.5)
ROWS = 600


def rows(planted: float) -> ExcessRows:
    """Losing trades slip 0.1 R, and `planted` R more or less by the sign of the first column."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(ROWS, 4))
    excess_r = -0.1 + planted * np.sign(X[:, 0]) + rng.normal(0, 0.3, ROWS)
    ended = rng.random(ROWS) < 0.6
    excess_r[~ended] = 1e6  # rows that ended otherwise must not be looked at
    return ExcessRows(X=X, binned=BinnedRows(SPEC, X), excess_r=excess_r, weight=np.ones(ROWS), ended=ended)


LAST = purged_kfold(np.arange(ROWS), np.arange(ROWS), 4, 0)[-1]


def test_an_excess_that_depends_on_the_evidence_is_learnt() -> None:
    given = rows(0.5)
    found = fit_excess(SPEC, given, LAST, ROWS)
    truth = -0.1 + 0.5 * np.sign(given.X[:, 0])
    assert found.trees is not None
    assert np.corrcoef(found.predict(given.X), truth)[0, 1] > 0.9


def test_an_excess_that_does_not_is_one_mean() -> None:
    given = rows(0.0)
    found = fit_excess(SPEC, given, LAST, ROWS)
    assert found == mean_excess(given)
    assert found.mean_r == pytest.approx(given.excess_r[given.ended].mean())
    np.testing.assert_array_equal(found.predict(given.X[:3]), np.full(3, found.mean_r))


def test_without_such_rows_the_formula_holds() -> None:
    given = rows(0.5)
    none = ExcessRows(
        X=given.X, binned=given.binned, excess_r=given.excess_r, weight=given.weight, ended=np.zeros(ROWS, np.bool_)
    )
    assert fit_excess(SPEC, none, LAST, ROWS) == mean_excess(none)
    assert mean_excess(none).mean_r == 0.0
