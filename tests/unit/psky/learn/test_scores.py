from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats

from psky.errors import ModelError
from psky.learn.arrays import Ints
from psky.learn.reliability import by_mass, calibration_error, consistency_band, murphy, reliability
from psky.learn.scores import auc, auc_standard_error, brier, brier_skill, clipped, corp, log_loss, spiegelhalter_z
from tests.vectors.load import vectors

PAIRS = st.lists(st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.integers(0, 1)), min_size=1, max_size=40)
SCORES: dict[str, Callable[..., float | None]] = {
    "log_loss": log_loss,
    "brier": brier,
    "brier_skill": brier_skill,
    "spiegelhalter_z": spiegelhalter_z,
}


def by_value(p: ArrayLike) -> Ints:
    """One bin for each distinct probability."""
    return np.unique(p, return_inverse=True)[1].astype(np.int64)


def by_width(p: ArrayLike, bins: int) -> Ints:
    """Bins of equal width over [0, 1]; an inner edge belongs to the bin above it."""
    return np.searchsorted(np.arange(1, bins) / bins, p, side="right").astype(np.int64)


BINNINGS: dict[str, Callable[[ArrayLike], Ints]] = {
    "murphy_unique": by_value,
    "murphy_width5": lambda p: by_width(p, 5),
    "murphy_mass5": lambda p: by_mass(p, 5),
}


@pytest.mark.parametrize("vector", vectors(*SCORES))
def test_scores_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    found = SCORES[vector["fn"]](vector["inputs"]["p"], vector["inputs"]["y"])
    assert found == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors(*BINNINGS))
def test_murphy_agrees_with_the_published_decomposition(vector: dict[str, Any]) -> None:
    p, y = vector["inputs"]["p"], vector["inputs"]["y"]
    found = murphy(p, y, BINNINGS[vector["fn"]](p))
    terms = (found.reliability, found.resolution, found.uncertainty, found.within_variance, found.within_covariance)
    expected = [vector["expected"][name] for name in ("REL", "RES", "UNC", "WBV", "WBC")]
    np.testing.assert_allclose(terms, expected, atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("ece"))
def test_calibration_errors_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    p, y = vector["inputs"]["p"], vector["inputs"]["y"]
    found = calibration_error(p, y, by_width(p, 5) if vector["id"].endswith("W5") else by_mass(p, 5))
    expected = [vector["expected"][name] for name in ("l1", "l2", "max", "l2sq_debiased")]
    np.testing.assert_allclose(
        [found.l1, found.l2, found.largest, found.squared_debiased], expected, atol=vector["tol"]
    )


@pytest.mark.parametrize("vector", vectors("corp"))
def test_corp_agrees_with_the_published_decomposition(vector: dict[str, Any]) -> None:
    found = corp(vector["inputs"]["p"], vector["inputs"]["y"])
    expected = [vector["expected"][name] for name in ("S", "MCB", "DSC", "UNC")]
    np.testing.assert_allclose(
        [found.score, found.miscalibration, found.discrimination, found.uncertainty], expected, atol=vector["tol"]
    )


@given(PAIRS, st.integers(1, 7))
def test_decompositions_add_up_to_the_brier_score(pairs: list[tuple[float, int]], bins: int) -> None:
    p, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for binning in (by_value(p), by_width(p, bins), by_mass(p, bins)):
        m = murphy(p, y, binning)
        total = m.reliability - m.resolution + m.uncertainty + m.within_variance - m.within_covariance
        assert total == pytest.approx(brier(p, y), abs=1e-12)
        assert reliability(p, y, binning).rows.sum() == len(p)
    c = corp(p, y)
    assert c.miscalibration >= -1e-12
    assert c.discrimination >= -1e-12
    assert c.miscalibration - c.discrimination + c.uncertainty == pytest.approx(c.score, abs=1e-12)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[float, int]]) -> None:
    p, y = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    found = auc(p, y)
    ones, zeros = p[y == 1], p[y == 0]
    if not ones.size or not zeros.size:
        assert found is None
        return
    better = stats.mannwhitneyu(ones, zeros).statistic / (ones.size * zeros.size)
    assert found == pytest.approx(better, abs=1e-12)


def test_one_class_and_certain_forecasts_have_no_undefined_scores() -> None:
    assert brier_skill([0.2, 0.4], [1, 1]) is None
    assert auc([0.2, 0.4], [0, 0]) is None
    assert spiegelhalter_z([0.0, 1.0, 0.5], [0, 1, 1]) is None
    assert log_loss([0.0, 1.0], [1, 0]) == pytest.approx(-np.log(1e-6), rel=1e-6)
    assert clipped([0.0, 0.5, 1.0]) == 2
    assert calibration_error([0.3], [1], by_mass([0.3], 10)).squared_debiased == pytest.approx(0.49)


@pytest.mark.parametrize(("p", "y"), [([1.2], [1]), ([np.nan], [1]), ([0.5], [2]), ([0.5, 0.5], [1]), ([], [])])
def test_what_is_no_probability_or_outcome_is_refused(p: list[float], y: list[float]) -> None:
    with pytest.raises(ModelError, match="expected"):
        log_loss(p, y)


def test_ties_are_parted_in_the_order_of_the_rows() -> None:
    assert by_mass([0.5, 0.5, 0.5], 2).tolist() == [0, 0, 1]


def test_the_consistency_band_covers_calibrated_forecasts() -> None:
    rng = np.random.default_rng(5)
    p = rng.beta(6, 6, 500)
    binning = by_mass(p, 10)
    median, high = consistency_band(p, binning, [0.5, 0.99], reps=2000, seed=1)
    # METHOD 2.3: mean .0541 and q99 .0863 over forecasts drawn from Beta(6, 6).
    assert median == pytest.approx(0.0541, abs=0.006)
    assert high == pytest.approx(0.0863, abs=0.01)
    assert consistency_band(p, binning, [0.5, 0.99], reps=2000, seed=1).tolist() == [median, high]
    assert calibration_error(p, (rng.random(500) < p).astype(float), binning).l1 < high
    assert calibration_error(p, (rng.random(500) < p**2).astype(float), binning).l1 > high


def test_the_error_of_an_auc_that_knows_nothing() -> None:
    # METHOD 8.4: four of them on 1520 rows are .059.
    assert 4 * auc_standard_error(np.arange(1520) % 2) == pytest.approx(0.059, abs=5e-4)
    y, rng = np.arange(200) % 4 == 0, np.random.default_rng(2)
    drawn = [auc(rng.random(200), y) for _ in range(1000)]
    assert np.std(np.asarray(drawn, dtype=np.float64)) == pytest.approx(auc_standard_error(y), rel=0.1)
    assert auc_standard_error([1, 1]) == np.inf
