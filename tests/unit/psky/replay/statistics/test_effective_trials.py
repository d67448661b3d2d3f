from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics.effective_trials import correlation, distinct, entropy_rank
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("n_eff"))
def test_effective_trials_agree_with_the_published_value(vector: dict[str, Any]) -> None:
    assert entropy_rank(vector["inputs"]["C"]) == pytest.approx(vector["expected"]["entropy"], abs=vector["tol"])


@pytest.mark.parametrize("count", [1, 2, 7])
def test_independent_trials_count_in_full_and_copies_once(count: int) -> None:
    assert entropy_rank(np.eye(count)) == pytest.approx(count)
    assert entropy_rank(np.ones((count, count))) == pytest.approx(1)


def test_correlation_leaves_out_trials_that_never_traded() -> None:
    rng = np.random.default_rng(1)
    returns = rng.normal(size=(50, 3))
    found = correlation(np.column_stack([returns, np.zeros(50)]))
    np.testing.assert_allclose(found, np.corrcoef(returns.T), atol=1e-12)
    assert correlation(np.zeros((5, 2))).shape == (0, 0)


def test_near_duplicates_count_once_and_the_earliest_stands_for_them() -> None:
    rng = np.random.default_rng(2)
    one, other, noise = rng.normal(size=(3, 400, 1))
    idle = np.zeros((400, 1))
    near = [one + 0.05 * rng.normal(size=(400, 1)) for _ in range(3)]
    apart = one + other  # correlates with `one` by 0.7
    returns = np.hstack([near[0], idle, other, near[1], apart, near[2], -one, noise, idle])

    assert distinct(returns).tolist() == [0, 1, 2, 4, 6, 7]
    assert distinct(np.hstack(near)).tolist() == [0]
    assert distinct(np.hstack([idle, idle])).tolist() == [0]
    assert distinct(returns[:, :1]).tolist() == [0]


@pytest.mark.parametrize("C", [np.ones((2, 3)), [[1.0, 0.5], [0.4, 1.0]], [[2.0]], np.empty((0, 0))])
def test_what_is_no_correlation_is_refused(C: ArrayLike) -> None:
    with pytest.raises(UsageError, match="correlation"):
        entropy_rank(C)
