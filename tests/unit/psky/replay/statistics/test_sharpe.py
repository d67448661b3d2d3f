from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from psky.errors import UsageError
from psky.replay.statistics.sharpe import (
    deflated_benchmark,
    dsr,
    exact_max_normal,
    expected_max_normal,
    min_track_record,
    min_track_record_autocorrelated,
    moments,
    psr,
    psr_autocorrelated,
    sharpe_sd,
)
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("psr"))
def test_psr_agrees_with_the_paper(vector: dict[str, Any]) -> None:
    sr, sr0, T, g3, g4 = (vector["inputs"][name] for name in ("sr", "sr0", "T", "g3", "g4"))
    assert psr(sr, sr0, T, g3, g4) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("dsr"))
def test_dsr_agrees_with_the_paper(vector: dict[str, Any]) -> None:
    sr, V, N, T, g3, g4 = (vector["inputs"][name] for name in ("sr", "V", "N", "T", "g3", "g4"))
    assert deflated_benchmark(V, N) == pytest.approx(vector["expected"]["sr0"], abs=vector["tol"])
    assert dsr(sr, V, N, T, g3, g4) == pytest.approx(vector["expected"]["dsr"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("mintrl"))
def test_least_track_record_agrees_with_the_paper(vector: dict[str, Any]) -> None:
    sr, sr0, g3, g4, alpha = (vector["inputs"][name] for name in ("sr", "sr0", "g3", "g4", "alpha"))
    found = min_track_record(sr, sr0, g3, g4, alpha)
    assert found == pytest.approx(vector["expected"]["obs"], abs=1e-7)
    assert found / float(vector["id"].split(".")[2]) == pytest.approx(vector["expected"]["years"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("sharpe_2026"))
def test_the_ratio_of_autocorrelated_returns_agrees_with_the_paper(vector: dict[str, Any]) -> None:
    sr, T, g3, g4, rho = (vector["inputs"][name] for name in ("sr", "T", "g3", "g4", "rho"))
    expected = {name: value for name, value in vector["expected"].items() if not name.startswith("dsr")}
    assert {
        "sd": sharpe_sd(sr, T, g3, g4, rho),
        "sd_iid_normal": sharpe_sd(sr, T),
        "psr0": psr_autocorrelated(sr, 0, T, g3, g4, rho),
        "psr01": psr_autocorrelated(sr, 0.1, T, g3, g4, rho),
        "mintrl0": min_track_record_autocorrelated(sr, 0, g3, g4, rho),
        "mintrl01": min_track_record_autocorrelated(sr, 0.1, g3, g4, rho),
    } == pytest.approx(expected, abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("expected_max_normal"))
def test_the_luck_of_the_best_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    N = vector["inputs"]["N"]
    mean, sd = exact_max_normal(N)
    expected = {name: vector["expected"][name] for name in ("fst", "exact", "sd_exact")}
    assert {"fst": expected_max_normal(N), "exact": mean, "sd_exact": sd} == pytest.approx(expected, abs=vector["tol"])


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=40))
def test_moments_agree_with_scipy(values: list[float]) -> None:
    if np.ptp(values) < 1e-3:
        return
    found = moments(values)
    assert found is not None
    assert found.skew == pytest.approx(stats.skew(values), abs=1e-9)
    assert found.kurtosis == pytest.approx(stats.kurtosis(values, fisher=False), abs=1e-9)
    assert found.sharpe == pytest.approx(np.mean(values) / np.std(values, ddof=1), abs=1e-9)


@given(st.floats(0.01, 1.0), st.floats(-2.0, 1.0), st.floats(0.0, 8.0))
def test_the_least_track_record_is_where_psr_reaches_its_level(sharpe: float, skew: float, extra: float) -> None:
    kurtosis = skew**2 + 1 + extra
    needed = min_track_record(sharpe, 0.0, skew, kurtosis)
    assert psr(sharpe, 0.0, needed, skew, kurtosis) == pytest.approx(0.95, abs=1e-9)


@given(st.floats(1.0, 500.0), st.floats(1.0, 500.0))
def test_more_trials_are_luckier_also_fractions_of_one(one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert exact_max_normal(few)[0] <= exact_max_normal(many)[0] + 1e-12
    assert exact_max_normal(1.0) == pytest.approx((0.0, 1.0), abs=1e-9)


def test_one_trial_is_not_deflated() -> None:
    assert expected_max_normal(1) == 0
    assert dsr(0.1, 0.01, 1, 200) == psr(0.1, 0.0, 200)
    assert min_track_record(0.1, 0.1) == math.inf


def test_constant_series_and_impossible_moments() -> None:
    assert moments([0.1, 0.1, 0.1]) is None
    with pytest.raises(UsageError, match="real returns"):
        psr(2.0, 0.0, 50, skew=3.0, kurtosis=1.0)
    with pytest.raises(UsageError, match="more than one period"):
        psr(0.1, 0.0, 1)
    with pytest.raises(UsageError, match="one trial"):
        expected_max_normal(0.5)
