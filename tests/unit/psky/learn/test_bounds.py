from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from psky.errors import ModelError
from psky.learn.bounds import (
    clopper_pearson_lower,
    empirical_bernstein_lower,
    hoeffding_lower,
    jeffreys_lower,
    wilson_lower,
)
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("binom_lower"))
def test_bounds_of_a_share_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    expected = vector["expected"]
    for name, bound in (
        ("wilson", wilson_lower),
        ("clopper_pearson", clopper_pearson_lower),
        ("jeffreys", jeffreys_lower),
    ):
        assert float(bound(**vector["inputs"])) == pytest.approx(expected[name], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("mean_lower"))
def test_bounds_of_a_mean_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    mean, var, n, lo, hi, delta = (vector["inputs"][name] for name in ("mean", "var", "n", "lo", "hi", "delta"))
    expected, tol = vector["expected"], vector["tol"]
    assert hoeffding_lower(mean, n, lo, hi, delta) == pytest.approx(expected["hoeffding"], abs=tol)
    assert empirical_bernstein_lower(mean, var, n, lo, hi, delta) == pytest.approx(expected["emp_bernstein"], abs=tol)


@pytest.mark.parametrize(("k", "n", "alpha"), [(1, 1, 0.1), (0, 7, 0.05), (7, 7, 0.2), (3, 40, 0.01)])
def test_bounds_of_a_share_agree_with_scipy(k: int, n: int, alpha: float) -> None:
    exact = stats.binomtest(k, n, alternative="greater").proportion_ci(1 - alpha, method="exact").low
    assert float(clopper_pearson_lower(k, n, alpha)) == pytest.approx(exact, abs=1e-10)
    wilson = stats.binomtest(k, n, alternative="greater").proportion_ci(1 - alpha, method="wilson").low
    assert float(wilson_lower(k, n, alpha)) == pytest.approx(wilson, abs=1e-10)
    assert float(jeffreys_lower(k, n, alpha)) == pytest.approx(stats.beta.ppf(alpha, k + 0.5, n - k + 0.5), abs=1e-10)


def test_bounds_of_columns_are_those_of_their_rows_and_nothing_is_known_of_no_trials() -> None:
    k, n = np.array([0.0, 2.5, 30.0]), np.array([0.0, 7.25, 40.0])
    for bound in (wilson_lower, clopper_pearson_lower, jeffreys_lower):
        rows = [float(bound(hits, trials, 0.1)) for hits, trials in zip(k, n, strict=True)]
        assert bound(k, n, 0.1).tolist() == rows
    assert float(wilson_lower(0, 0, 0.1)) == float(clopper_pearson_lower(0, 0, 0.1)) == 0


@pytest.mark.parametrize(("k", "n", "alpha"), [(3, 2, 0.1), (-1, 2, 0.1), (1, 2, 0.0), (1, 2, 1.0), (np.nan, 2, 0.1)])
def test_impossible_counts_are_refused(k: float, n: float, alpha: float) -> None:
    with pytest.raises(ModelError, match="expected"):
        clopper_pearson_lower(k, n, alpha)


def test_one_value_bounds_a_mean_by_its_range_only() -> None:
    assert empirical_bernstein_lower(0.5, 0.0, 1, -1.0, 1.0, 0.05) == -1.0
    with pytest.raises(ModelError, match="variance"):
        empirical_bernstein_lower(0.5, -0.1, 10, -1.0, 1.0, 0.05)
    with pytest.raises(ModelError, match="n > 0"):
        hoeffding_lower(0.5, 0, -1.0, 1.0, 0.05)
