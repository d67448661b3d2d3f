from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.decision.expectation import two_ends
from tests.oracles.expectation import (
    break_even,
    break_even_symmetric,
    ev_fill,
    ev_signal,
    kelly,
    kelly_binary,
    partial_fills,
)
from tests.vectors.load import vectors

WIN, LOSS = st.floats(0.1, 5.0), st.floats(-3.0, -0.1)


@pytest.mark.parametrize("vector", vectors("ev"))
def test_expected_value_and_break_even_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    p, u, win, loss, timeout = (vector["inputs"][name] for name in ("p", "u", "win", "loss", "to"))
    expected, tol = vector["expected"], vector["tol"]
    assert two_ends(p, win, loss) == pytest.approx(expected["ev_no_to"], abs=tol)
    timeouts = u / (1 - p)
    assert two_ends(p, win, two_ends(timeouts, timeout, loss)) == pytest.approx(expected["ev_u"], abs=tol)
    assert ev_fill(p, u, win, loss, timeout) == pytest.approx(expected["ev_u"], abs=tol)
    assert break_even(win, loss) == pytest.approx(expected["p_star"], abs=tol)
    assert break_even(win, loss, u, timeout) == pytest.approx(expected["p_star_u"], abs=tol)


@pytest.mark.parametrize("vector", vectors("kelly"))
def test_kelly_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    p, u, win, loss, timeout = (vector["inputs"][name] for name in ("p", "u", "win", "loss", "to"))
    assert kelly_binary(p, win, loss) == pytest.approx(vector["expected"]["binary"], abs=vector["tol"])
    found = kelly([p, 1 - p - u, u], [win, loss, timeout])
    assert found == pytest.approx(vector["expected"]["multi"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("p_star_symmetric"))
def test_symmetric_break_even_agrees_with_the_published_value(vector: dict[str, Any]) -> None:
    found = break_even_symmetric(vector["inputs"]["c"], vector["inputs"]["RR"])
    assert found == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("ev_per_signal"))
def test_value_of_a_signal_agrees_with_the_published_value(vector: dict[str, Any]) -> None:
    found = ev_signal(vector["inputs"]["phi"], vector["inputs"]["ev_fill"], vector["inputs"]["kappa"])
    assert found == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("size_weighted_ev"))
def test_partial_fills_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    found = partial_fills(vector["inputs"]["fracs"], vector["inputs"]["probs"], vector["inputs"]["ev"])
    expected = [vector["expected"][name] for name in ("ev_per_order", "ev_size_weighted", "naive_mean")]
    np.testing.assert_allclose(found, expected, atol=vector["tol"])


@given(WIN, LOSS)
def test_the_expected_value_at_break_even_is_zero(win: float, loss: float) -> None:
    assert two_ends(break_even(win, loss), win, loss) == pytest.approx(0, abs=1e-9)


@given(st.floats(0, 0.9), st.floats(0, 1), st.floats(-2, -1), st.floats(-1, 1))
def test_two_ends_are_three_when_the_loss_holds_the_timeouts(
    p: float, share: float, loss: float, timeout: float
) -> None:
    u = (1 - p) * share
    mean_loss = (1 - share) * loss + share * timeout
    assert two_ends(p, 1.4, mean_loss) == pytest.approx(ev_fill(p, u, 1.4, loss, timeout), abs=1e-12)


def test_columns_are_worth_what_their_rows_are() -> None:
    p, gain, loss = np.array([0.2, 0.7]), np.array([1.5, 2.0]), np.array([-1.0, -0.5])
    assert two_ends(p, gain, loss).tolist() == [two_ends(*row) for row in zip(p.tolist(), gain, loss, strict=True)]
