from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.errors import ModelError
from psky.learn.weights import (
    average_uniqueness,
    average_uniqueness_discrete,
    concurrency,
    effective_rows,
    kish,
    return_attribution,
    sequential_draw,
    time_decay,
)
from tests.vectors.load import vectors

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=1, max_size=25)


@pytest.mark.parametrize("vector", vectors("avg_uniqueness_discrete"))
def test_discrete_uniqueness_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    given_ = vector["inputs"]
    assert concurrency(given_["t0"], given_["t1"], given_["T"]).tolist() == vector["expected"]["c"]
    found = average_uniqueness_discrete(given_["t0"], given_["t1"])
    np.testing.assert_allclose(found, vector["expected"]["u"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("avg_uniqueness_continuous"))
def test_continuous_uniqueness_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = average_uniqueness(vector["inputs"]["t0"], vector["inputs"]["t1"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("seqboot_prob"))
def test_sequential_draws_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    found = sequential_draw(vector["inputs"]["t0"], vector["inputs"]["t1"], vector["inputs"]["phi"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("return_attribution"))
def test_attribution_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = return_attribution(vector["inputs"]["t0"], vector["inputs"]["t1"], vector["inputs"]["ret"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("time_decay"))
def test_decay_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = time_decay(vector["inputs"]["tW"], vector["inputs"]["c"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@given(SPANS, st.lists(st.integers(0, 24), max_size=6))
def test_sequential_draws_agree_with_counting_tick_by_tick(spans: list[tuple[int, int]], picks: list[int]) -> None:
    t0 = np.array([start for start, _ in spans])
    t1 = t0 + np.array([length for _, length in spans])
    drawn = [pick % len(spans) for pick in picks]
    unique = [
        np.mean([1 / (1 + sum(t0[row] <= tick <= t1[row] for row in drawn)) for tick in range(start, end + 1)])
        for start, end in zip(t0, t1, strict=True)
    ]
    np.testing.assert_allclose(sequential_draw(t0 + 10**9, t1 + 10**9, drawn), unique / np.sum(unique), atol=1e-12)


@given(SPANS, st.integers(0, 5))
def test_attribution_agrees_with_counting_tick_by_tick(spans: list[tuple[int, int]], seed: int) -> None:
    t0 = np.array([start for start, _ in spans])
    t1 = t0 + np.array([length for _, length in spans])
    returns = np.random.default_rng(seed).normal(size=41)
    alive = concurrency(t0, t1, 41)
    own = [abs(sum(returns[tick] / alive[tick] for tick in range(s, e + 1))) for s, e in zip(t0, t1, strict=True)]
    found = return_attribution(t0, t1, returns)
    np.testing.assert_allclose(found, np.array(own) / np.sum(own) * len(own), rtol=1e-6, atol=1e-9)
    assert found.sum() == pytest.approx(len(spans))
    assert return_attribution(t0, t1, np.zeros(41)).tolist() == [1.0] * len(spans)


def test_decay_ends_at_one_and_forgets_from_the_oldest_on() -> None:
    unique = np.full(10, 0.5)
    assert time_decay(unique, 1.0).tolist() == [1.0] * 10
    assert time_decay(unique, 0.0).tolist() == pytest.approx([0.1 * row for row in range(1, 11)])
    assert (time_decay(unique, -0.5) > 0).tolist() == [False] * 5 + [True] * 5
    with pytest.raises(ModelError, match="oldest weight"):
        time_decay(unique, -1.0)
    with pytest.raises(ModelError, match="rows of 1 labels"):
        sequential_draw([0], [1], [1])


@given(SPANS)
def test_the_sweep_agrees_with_counting_tick_by_tick(spans: list[tuple[int, int]]) -> None:
    t0 = np.array([start for start, _ in spans])
    t1 = t0 + np.array([length for _, length in spans])
    alive = [sum(start <= tick <= end for start, end in zip(t0, t1, strict=True)) for tick in range(41)]
    assert concurrency(t0, t1, 41).tolist() == alive
    slow = [np.mean([1 / alive[tick] for tick in range(s, e + 1)]) for s, e in zip(t0, t1, strict=True)]
    np.testing.assert_allclose(average_uniqueness_discrete(t0, t1), slow, atol=1e-12)


def test_labels_of_no_length_share_their_instant() -> None:
    assert average_uniqueness([0, 5, 5, 20], [10, 5, 5, 20]).tolist() == [1.0, 1 / 3, 1 / 3, 1.0]


def test_microseconds_of_real_clocks_keep_their_precision() -> None:
    start = 1_700_000_000_000_000
    found = average_uniqueness(start + np.array([0, 5, 20]), start + np.array([10, 15, 30]))
    np.testing.assert_allclose(found, [0.75, 0.75, 1.0], atol=1e-12)
    assert effective_rows(found) == pytest.approx(2.5)


def test_kish_counts_equal_weights_in_full() -> None:
    assert kish([2.0, 2.0, 2.0]) == pytest.approx(3)
    assert kish([1.0, 0.0, 0.0]) == pytest.approx(1)
    with pytest.raises(ModelError, match="zero or more"):
        kish([1.0, -1.0])


def test_a_label_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ModelError, match="end after they start"):
        average_uniqueness([3, 5], [4, 4])


def test_no_labels_have_no_uniqueness() -> None:
    assert average_uniqueness([], []).size == 0
