from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.decision.decide import Evidence, Reason, Verdicts, decide
from psky.errors import UsageError
from psky.spec.sections import PolicySpec

POLICY = PolicySpec(ev_margin_r=0.05)
SHARE = st.floats(0, 1)


def row(**changed: float) -> Evidence:
    values = {"p": 0.6, "p_lower": 0.5, "gain_r": 1.4, "loss_r": -1.1}
    return Evidence(**(values | changed))


def reason(verdicts: Verdicts) -> Reason:
    return Reason(verdicts.reason[0])


def test_a_trade_is_entered_when_its_value_at_the_lower_bound_exceeds_the_margin() -> None:
    found = decide(row(), POLICY)
    assert found.enter.tolist() == [True]
    assert found.ev_r[0] == pytest.approx(0.6 * 1.4 - 0.4 * 1.1)
    assert found.ev_lower_r[0] == pytest.approx(0.5 * 1.4 - 0.5 * 1.1)
    exactly = PolicySpec(ev_margin_r=float(found.ev_lower_r[0]))
    assert reason(decide(row(), exactly)) is Reason.LOW_EV


def test_a_high_p_with_a_low_bound_is_skipped() -> None:
    assert reason(decide(row(p=0.9, p_lower=0.3), POLICY)) is Reason.LOW_EV


def test_a_target_that_costs_eat_says_so() -> None:
    assert reason(decide(row(gain_r=0.05), POLICY)) is Reason.COSTS


@pytest.mark.parametrize("name", ["p", "p_lower", "gain_r", "loss_r"])
def test_anything_unknown_is_not_ready_and_has_no_value(name: str) -> None:
    found = decide(row(**{name: float("nan")}), POLICY)
    assert reason(found) is Reason.NOT_READY
    assert not found.enter[0]
    assert np.isnan(found.ev_r[0])
    assert np.isnan(found.ev_lower_r[0])


def test_an_infinite_result_never_enters() -> None:
    assert reason(decide(row(gain_r=float("inf")), POLICY)) is Reason.NOT_READY


def test_gates_are_closed_until_they_are_asked_for_and_then_need_their_probability() -> None:
    asking = PolicySpec(min_trend_p=0.4, regime="trending", min_regime_p=0.6)
    assert reason(decide(row(trend_p=0.0, regime_p=0.0), POLICY)) is Reason.ENTER
    assert reason(decide(row(trend_p=0.4, regime_p=0.6), asking)) is Reason.ENTER
    assert reason(decide(row(trend_p=0.39, regime_p=0.6), asking)) is Reason.TREND
    assert reason(decide(row(trend_p=0.4, regime_p=0.59), asking)) is Reason.REGIME
    assert reason(decide(row(trend_p=0.0, regime_p=0.0, p_lower=0.1), asking)) is Reason.LOW_EV
    for unknown in ({"regime_p": 0.6}, {"trend_p": 0.4}):
        assert reason(decide(row(**unknown), asking)) is Reason.NOT_READY
    with pytest.raises(UsageError, match="trend_p within"):
        decide(row(trend_p=1.5), POLICY)


def test_a_column_of_verdicts_is_its_rows_one_by_one() -> None:
    rng = np.random.default_rng(1)
    n = 500
    p = rng.random(n)
    p[::17] = np.nan
    columns = [p, p * rng.random(n), rng.normal(1, 1, n), -rng.random(n) - 0.5, rng.random(n), rng.random(n)]
    policy = PolicySpec(ev_margin_r=0.05, min_trend_p=0.3, regime="calm", min_regime_p=0.3)
    whole = decide(Evidence(**dict(zip(NAMES, columns, strict=True))), policy)
    for number in range(n):
        one = decide(Evidence(**{name: column[number] for name, column in zip(NAMES, columns, strict=True)}), policy)
        np.testing.assert_array_equal(one.ev_r[0], whole.ev_r[number])
        np.testing.assert_array_equal(one.ev_lower_r[0], whole.ev_lower_r[number])
        assert (one.enter[0], one.reason[0]) == (whole.enter[number], whole.reason[number])
    assert set(whole.reason) == set(Reason)


NAMES = ("p", "p_lower", "gain_r", "loss_r", "trend_p", "regime_p")


@given(SHARE, SHARE, st.floats(0.0, 3.0), st.floats(-3.0, -0.5))
def test_verdicts_never_worsen_as_p_rises(one: float, other: float, gain: float, loss: float) -> None:
    low, high = sorted((one, other))
    found = decide(Evidence(p=[low, high], p_lower=[low, high], gain_r=gain, loss_r=loss), POLICY)
    assert found.ev_r[1] >= found.ev_r[0] - 1e-12
    assert found.ev_lower_r[1] >= found.ev_lower_r[0] - 1e-12


def test_no_rows_have_no_verdicts() -> None:
    empty = np.empty(0)
    found = decide(Evidence(p=empty, p_lower=empty, gain_r=empty, loss_r=-1.0), POLICY)
    assert found.enter.size == found.reason.size == 0


def test_columns_of_other_lengths_and_impossible_shares_are_refused() -> None:
    with pytest.raises(UsageError, match="one length"):
        decide(Evidence(p=[0.5, 0.6], p_lower=[0.5], gain_r=1, loss_r=-1), POLICY)
    with pytest.raises(UsageError, match="p within"):
        decide(row(p=1.5), POLICY)


def test_every_reason_has_words() -> None:
    assert len({reason.words for reason in Reason}) == len(Reason)
