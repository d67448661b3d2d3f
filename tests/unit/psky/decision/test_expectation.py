from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.decision.expectation import (
    break_even,
    break_even_resolved,
    break_even_symmetric,
    ev_fill,
    ev_signal,
    ev_two_ends,
    kelly,
    kelly_binary,
    partial_fills,
)
from psky.errors import UsageError
from tests.vectors.load import vectors

WIN, LOSS = st.floats(0.1, 5.0), st.floats(-3.0, -0.1)


@pytest.mark.parametrize("vector", vectors("ev"))
def test_expected_value_and_break_even_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    p, u, win, loss, timeout = (vector["inputs"][name] for name in ("p", "u", "win", "loss", "to"))
    expected, tol = vector["expected"], vector["tol"]
    assert float(ev_fill(p, 0.0, win, loss, timeout)) == pytest.approx(expected["ev_no_to"], abs=tol)
    assert float(ev_fill(p, u, win, loss, timeout)) == pytest.approx(expected["ev_u"], abs=tol)
    assert float(break_even(win, loss)) == pytest.approx(expected["p_star"], abs=tol)
    assert float(break_even(win, loss, u, timeout)) == pytest.approx(expected["p_star_u"], abs=tol)


@pytest.mark.parametrize("vector", vectors("kelly"))
def test_kelly_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    p, u, win, loss, timeout = (vector["inputs"][name] for name in ("p", "u", "win", "loss", "to"))
    assert float(kelly_binary(p, win, loss)) == pytest.approx(vector["expected"]["binary"], abs=vector["tol"])
    found = kelly([p, 1 - p - u, u], [win, loss, timeout])
    assert found == pytest.approx(vector["expected"]["multi"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("p_star_symmetric"))
def test_symmetric_break_even_agrees_with_the_published_value(vector: dict[str, Any]) -> None:
    found = break_even_symmetric(vector["inputs"]["c"], vector["inputs"]["RR"])
    assert float(found) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("ev_per_signal"))
def test_value_of_a_signal_agrees_with_the_published_value(vector: dict[str, Any]) -> None:
    found = ev_signal(vector["inputs"]["phi"], vector["inputs"]["ev_fill"], vector["inputs"]["kappa"])
    assert float(found) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("size_weighted_ev"))
def test_partial_fills_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    found = partial_fills(vector["inputs"]["fracs"], vector["inputs"]["probs"], vector["inputs"]["ev"])
    expected = [vector["expected"][name] for name in ("ev_per_order", "ev_size_weighted", "naive_mean")]
    np.testing.assert_allclose([found.per_order, found.per_size, found.naive], expected, atol=vector["tol"])


@given(WIN, LOSS, st.floats(0, 0.9), st.floats(-0.1, 0.1))
def test_the_expected_value_at_break_even_is_zero(win: float, loss: float, u: float, timeout: float) -> None:
    p = break_even(win, loss, u, timeout)
    assert float(ev_fill(p, u, win, loss, timeout)) == pytest.approx(0, abs=1e-9)
    resolved = break_even_resolved(win, loss, u, timeout)
    assert float(resolved * (1 - u)) == pytest.approx(float(p), abs=1e-9)


@given(st.floats(0.01, 0.99), WIN, LOSS)
def test_kelly_of_two_outcomes_is_the_binary_formula(p: float, win: float, loss: float) -> None:
    assert kelly([p, 1 - p], [win, loss]) == pytest.approx(float(kelly_binary(p, win, loss)), abs=1e-9)


def test_kelly_without_a_loss_or_a_gain_is_unbounded() -> None:
    assert kelly([1.0, 0.0], [1.0, -1.0]) == math.inf
    assert kelly([0.5, 0.5], [-0.5, -1.0]) == -math.inf
    assert kelly([1.0], [0.0]) == 0


@pytest.mark.parametrize("chance", [[0.5, 0.6], [-0.5, 1.5], []])
def test_what_is_no_distribution_is_refused(chance: list[float]) -> None:
    with pytest.raises(UsageError, match="sum to one"):
        kelly(chance, chance)
    with pytest.raises(UsageError, match="sum to one"):
        partial_fills(chance, chance, chance)


def test_an_order_that_never_fills_has_no_value_per_size() -> None:
    with pytest.raises(UsageError, match="fractions"):
        partial_fills([0.0], [1.0], [0.1])


@given(st.floats(0, 0.9), st.floats(0, 1), st.floats(-2, -1), st.floats(-1, 1))
def test_two_ends_are_three_when_the_loss_holds_the_timeouts(
    p: float, share: float, loss: float, timeout: float
) -> None:
    u = (1 - p) * share
    mean_loss = (1 - share) * loss + share * timeout
    assert ev_two_ends(p, 1.4, mean_loss) == pytest.approx(ev_fill(p, u, 1.4, loss, timeout), abs=1e-12)
