from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.errors import ModelError
from psky.learn.weights import average_uniqueness, effective_rows
from tests.oracles import label_weights as oracle
from tests.vectors.load import vectors

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=1, max_size=25)


def labels(inputs: dict[str, Any]) -> list[tuple[int, int]]:
    return list(zip(inputs["t0"], inputs["t1"], strict=True))


@pytest.mark.parametrize("vector", vectors("avg_uniqueness_discrete"))
def test_uniqueness_over_whole_ticks_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    covered = labels(vector["inputs"])
    counts = [oracle.alive(covered, tick) for tick in range(vector["inputs"]["T"])]
    assert counts == vector["expected"]["c"]
    found = average_uniqueness(vector["inputs"]["t0"], np.array(vector["inputs"]["t1"]) + 1)
    np.testing.assert_allclose(found, vector["expected"]["u"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("avg_uniqueness_continuous"))
def test_continuous_uniqueness_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = average_uniqueness(vector["inputs"]["t0"], vector["inputs"]["t1"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("seqboot_prob"))
def test_sequential_draws_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    found = oracle.sequential_draw(labels(vector["inputs"]), vector["inputs"]["phi"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("return_attribution"))
def test_attribution_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = oracle.return_attribution(labels(vector["inputs"]), vector["inputs"]["ret"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("time_decay"))
def test_decay_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = oracle.time_decay(vector["inputs"]["tW"], vector["inputs"]["c"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@given(SPANS)
def test_the_sweep_agrees_with_counting_tick_by_tick(spans: list[tuple[int, int]]) -> None:
    covered = [(start, start + length) for start, length in spans]
    t0, t1 = np.array(covered).T
    np.testing.assert_allclose(average_uniqueness(t0, t1 + 1), oracle.average_uniqueness(covered, covered), atol=1e-12)


def test_labels_of_no_length_share_their_instant() -> None:
    assert average_uniqueness([0, 5, 5, 20], [10, 5, 5, 20]).tolist() == [1.0, 1 / 3, 1 / 3, 1.0]


def test_microseconds_of_real_clocks_keep_their_precision() -> None:
    start = 1_700_000_000_000_000
    found = average_uniqueness(start + np.array([0, 5, 20]), start + np.array([10, 15, 30]))
    np.testing.assert_allclose(found, [0.75, 0.75, 1.0], atol=1e-12)
    assert effective_rows(found) == pytest.approx(2.5)


def test_a_label_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ModelError, match="end after they start"):
        average_uniqueness([3, 5], [4, 4])


def test_times_of_different_lengths_are_refused() -> None:
    with pytest.raises(ModelError, match="of one length"):
        average_uniqueness([3, 5], [4])


def test_no_labels_have_no_uniqueness() -> None:
    assert average_uniqueness([], []).size == 0
