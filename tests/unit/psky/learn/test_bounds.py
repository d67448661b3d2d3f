from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from psky.errors import ModelError
from psky.learn.bounds import clopper_pearson_lower
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("binom_lower"))
def test_the_bound_of_a_share_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = float(clopper_pearson_lower(**vector["inputs"]))
    assert found == pytest.approx(vector["expected"]["clopper_pearson"], abs=vector["tol"])


@pytest.mark.parametrize(("k", "n", "alpha"), [(1, 1, 0.1), (0, 7, 0.05), (7, 7, 0.2), (3, 40, 0.01)])
def test_the_bound_of_a_share_agrees_with_scipy(k: int, n: int, alpha: float) -> None:
    exact = stats.binomtest(k, n, alternative="greater").proportion_ci(1 - alpha, method="exact").low
    assert float(clopper_pearson_lower(k, n, alpha)) == pytest.approx(exact, abs=1e-10)


def test_bounds_of_columns_are_those_of_their_rows_and_nothing_is_known_of_no_trials() -> None:
    k, n = np.array([0.0, 2.5, 30.0]), np.array([0.0, 7.25, 40.0])
    rows = [float(clopper_pearson_lower(hits, trials, 0.1)) for hits, trials in zip(k, n, strict=True)]
    assert clopper_pearson_lower(k, n, 0.1).tolist() == rows
    assert float(clopper_pearson_lower(0, 0, 0.1)) == 0


@pytest.mark.parametrize(("k", "n", "alpha"), [(3, 2, 0.1), (-1, 2, 0.1), (1, 2, 0.0), (1, 2, 1.0), (np.nan, 2, 0.1)])
def test_impossible_counts_are_refused(k: float, n: float, alpha: float) -> None:
    with pytest.raises(ModelError, match="expected"):
        clopper_pearson_lower(k, n, alpha)
