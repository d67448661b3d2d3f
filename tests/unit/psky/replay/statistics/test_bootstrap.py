from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky.errors import UsageError
from psky.replay.statistics.bootstrap import (
    bootstrap_means,
    optimal_block_length,
    stationary_indices,
    variance_of_mean,
)
from tests.oracles.series import det, parsed
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("stationary_bootstrap_var_sqrtn_mean"))
def test_variance_of_the_mean_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = variance_of_mean(vector["inputs"]["x"], vector["inputs"]["p"])
    assert found.tolist() == pytest.approx([vector["expected"]], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("optimal_block_length"))
def test_block_lengths_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    returns, expected = parsed(vector["inputs"]["gen"]), vector["expected"]
    np.testing.assert_allclose(returns[0], expected["first_row"], atol=1e-12)
    np.testing.assert_allclose(returns.mean(axis=0), expected["col_means"], atol=1e-12)
    found = [optimal_block_length(column) for column in returns.T]
    np.testing.assert_allclose([length.stationary for length in found], expected["b_sb"], atol=vector["tol"])
    np.testing.assert_allclose([length.circular for length in found], expected["b_cb"], atol=vector["tol"])


def test_independent_draws_have_the_population_variance() -> None:
    x = det(60, 3, 0.2, 0.1)
    np.testing.assert_allclose(variance_of_mean(x, 1.0), x.var(axis=0), atol=1e-12)
    assert variance_of_mean(np.full((30, 1), 0.1), 0.2).tolist() == [0.0]


def test_resampled_means_spread_as_their_exact_variance_says() -> None:
    x = det(80, 2, 0.4, 0.0)
    means = np.concatenate(list(bootstrap_means(x, block=6.0, reps=20_000, seed=3)))
    assert means.shape == (20_000, 2)
    np.testing.assert_allclose(means.var(axis=0) * 80, variance_of_mean(x, 1 / 6.0), rtol=0.04)
    np.testing.assert_allclose(means.mean(axis=0), x.mean(axis=0), atol=0.005)
    again = np.concatenate(list(bootstrap_means(x, block=6.0, reps=20_000, seed=3)))
    np.testing.assert_array_equal(again, means)


def test_blocks_run_on_wrap_round_and_have_their_mean_length() -> None:
    rows = stationary_indices(100, 400, 5.0, np.random.default_rng(2))
    assert rows.min() == 0
    assert rows.max() == 99
    follows = (np.diff(rows, axis=1) % 100) == 1
    assert 1 - follows.mean() == pytest.approx(1 / 5 * 0.99, abs=0.01)
    whole = stationary_indices(10, 50, 1e12, np.random.default_rng(2))
    assert ((np.diff(whole, axis=1) % 10) == 1).all()


def test_short_and_constant_series_get_some_block_length() -> None:
    assert optimal_block_length([0.5] * 9).stationary == 1.0
    for periods in (2, 3, 5, 8, 12):
        found = optimal_block_length(np.sin(np.arange(periods) ** 2))
        assert 0 <= found.stationary <= periods
        assert np.isfinite(found.circular)


def test_impossible_blocks_are_refused() -> None:
    with pytest.raises(UsageError, match="block"):
        stationary_indices(10, 5, 0.5, np.random.default_rng(1))
    with pytest.raises(UsageError, match="q = 1 / block"):
        variance_of_mean([1.0, 2.0], 0.0)
