from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from psky.errors import ModelError
from psky.learn.arrays import Floats, logit
from psky.learn.bounds import clopper_pearson_lower
from psky.learn.calibration.beta import Beta
from psky.learn.calibration.isotonic import Isotonic
from psky.learn.calibration.platt import Platt
from psky.learn.calibration.registry import CALIBRATORS, calibrator, calibrator_from_dict, calibrator_to_dict
from psky.learn.calibration.temperature import Temperature
from psky.learn.calibration.venn_abers import VennAbers
from psky.learn.scores import log_loss
from tests.vectors.load import vectors


def sample(rows: int = 400, seed: int = 3, slope: float = 0.6, shift: float = -0.3) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 2, rows).round(3).clip(0.01, 0.99)
    y = (rng.random(rows) < special.expit(slope * logit(p) + shift)).astype(np.float64)
    return p, y, rng.uniform(0.1, 1.0, rows)


@pytest.mark.parametrize("vector", vectors("temperature"))
def test_temperature_agrees_with_the_published_value(vector: dict[str, Any]) -> None:
    assert 1 / Temperature.fit(**vector["inputs"]).inverse == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("platt", "platt_smoothed_targets"))
def test_platt_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = Platt.fit(**vector["inputs"], smoothed=vector["fn"] == "platt_smoothed_targets")
    np.testing.assert_allclose([found.slope, found.intercept], vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("beta_cal"))
def test_beta_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = Beta.fit(**vector["inputs"])
    np.testing.assert_allclose([found.a, found.b, found.c], vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("isotonic"))
def test_isotonic_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    found = Isotonic.fit(**vector["inputs"]).transform(vector["inputs"]["p"])
    np.testing.assert_allclose(found, vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("venn_abers"))
def test_venn_abers_agrees_with_the_published_values(vector: dict[str, Any]) -> None:
    given_ = vector["inputs"]
    fitted = VennAbers.fit(given_["p_cal"], given_["y_cal"])
    (p0,), (p1,) = fitted.pair(given_["s"])
    np.testing.assert_allclose([p0, p1, fitted.transform(given_["s"])[0]], vector["expected"], atol=vector["tol"])


@pytest.mark.parametrize("name", CALIBRATORS)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_calibrator_keeps_its_promises(name: str, weighted: bool) -> None:
    p, y, w = sample()
    fitted = calibrator(name).fit(p, y, w if weighted else None, 250.0)
    at = np.concatenate([[0.0, 1.0], np.linspace(0.01, 0.99, 50)])
    value = fitted.transform(at)
    assert ((value >= 0) & (value <= 1)).all()
    np.testing.assert_array_equal(fitted.lower(at, 0.0), value)
    assert (fitted.lower(at, 2.0) <= fitted.lower(at, 1.0)).all()
    assert (fitted.lower(at, 1.0) <= value).all()
    again = calibrator_from_dict(json.loads(json.dumps(calibrator_to_dict(fitted))))
    np.testing.assert_array_equal(again.transform(at), value)
    np.testing.assert_array_equal(again.lower(at, 1.5), fitted.lower(at, 1.5))


@pytest.mark.parametrize("name", [name for name in CALIBRATORS if name != "none"])
def test_fitted_maps_do_not_score_worse_than_none_on_their_own_rows(name: str) -> None:
    p, y, w = sample()
    assert log_loss(calibrator(name).fit(p, y, w).transform(p), y, w) <= log_loss(p, y, w) + 1e-3


@pytest.mark.parametrize("name", CALIBRATORS)
def test_fewer_effective_rows_lower_the_bound(name: str) -> None:
    p, y, _ = sample()
    kind, at = calibrator(name), np.linspace(0.2, 0.8, 7)
    assert (kind.fit(p, y, None, 40.0).lower(at, 1.0) < kind.fit(p, y, None, 400.0).lower(at, 1.0)).all()


@given(st.integers(0, 10_000), st.floats(-1.0, 3.0), st.floats(-2.0, 2.0))
@settings(max_examples=25)
def test_platt_and_beta_find_the_maximum_that_a_general_optimiser_finds(seed: int, slope: float, shift: float) -> None:
    p, y, w = sample(120, seed, slope, shift)
    if y.sum() in {0, y.size}:
        return
    w = w / w.mean()

    def loss(eta: Floats) -> float:
        return float(np.sum(w * (np.logaddexp(0, eta) - y * eta)))

    platt = Platt.fit(p, y, w)
    free = optimize.minimize(lambda x: loss(x[0] * logit(p) + x[1]), [1.0, 0.0], method="BFGS")
    assert loss(platt.slope * logit(p) + platt.intercept) <= free.fun + 1e-7
    beta = Beta.fit(p, y, w)
    bounded = optimize.minimize(
        lambda x: loss(x[0] * np.log(p) - x[1] * np.log1p(-p) + x[2]),
        [1.0, 1.0, 0.0],
        method="L-BFGS-B",
        bounds=[(0, None), (0, None), (None, None)],
    )
    assert min(beta.a, beta.b) >= 0
    assert loss(beta.a * np.log(p) - beta.b * np.log1p(-p) + beta.c) <= bounded.fun + 1e-7


def test_the_platt_bound_is_the_delta_method_on_its_own_parameters() -> None:
    p, y, w = sample()
    w = w / w.mean()
    fitted = Platt.fit(p, y, w, 200.0)
    x = np.column_stack([logit(p), np.ones(p.size)])
    q = fitted.transform(p)
    V = np.linalg.inv((x * (w * q * (1 - q))[:, None]).T @ x) * (p.size / 200)
    at = np.array([0.15, 0.5, 0.93])
    rows = np.column_stack([logit(at), np.ones(3)])
    sd = np.sqrt(np.einsum("ij,jk,ik->i", rows, V, rows))
    expected = special.expit(rows @ [fitted.slope, fitted.intercept] - 1.28 * sd)
    np.testing.assert_allclose(fitted.lower(at, 1.28), expected, atol=1e-12)


def test_isotonic_bound_is_clopper_pearson_on_the_blocks_counts() -> None:
    p, y = [0.2] * 10 + [0.8] * 10, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]
    fitted = Isotonic.fit(p, y)
    level = float(special.ndtr(-1.0))
    expected = [float(clopper_pearson_lower(k, 10, level)) for k in (1, 7)]
    np.testing.assert_allclose(fitted.lower([0.2, 0.8], 1.0), expected, atol=1e-12)


@pytest.mark.parametrize("name", ["temperature", "platt", "beta", "isotonic"])
def test_equal_scores_get_a_map_through_what_is_known(name: str) -> None:
    p, y = np.full(40, 0.3), np.array([1.0] * 20 + [0.0] * 20)
    fitted = calibrator(name).fit(p, y)
    assert fitted.transform([0.3])[0] == pytest.approx(0.5, abs=1e-9)
    assert 0 < fitted.lower([0.3], 1.0)[0] < 0.5


def test_ties_count_once_each_in_isotonic() -> None:
    fitted = Isotonic.fit([0.3, 0.3, 0.3, 0.6], [1, 0, 0, 0], [2.0, 1.0, 1.0, 4.0])
    assert fitted.transform([0.3, 0.6]).tolist() == [0.25, 0.25]
    heavy = Isotonic.fit([0.3, 0.3, 0.6], [1, 0, 1], [1.0, 3.0, 1.0])
    assert heavy.transform([0.0, 0.3, 0.45, 0.9]).tolist() == [0.25, 0.25, 0.625, 1.0]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 1), st.integers(1, 4)), min_size=1, max_size=40))
def test_venn_abers_is_two_isotonic_fits_with_the_row_in_it(rows: list[tuple[int, int, int]]) -> None:
    p, y, weight = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    weight /= weight.mean()
    fitted = VennAbers.fit(p / 10, y, weight)
    asked = np.arange(1, 20) / 20

    for label, found in enumerate(fitted.pair(asked)):
        for score, value in zip(asked, found, strict=True):
            with_it = Isotonic.fit(np.append(p / 10, score), np.append(y, label), np.append(weight, 1.0))
            assert value == pytest.approx(with_it.transform([score])[0], abs=1e-12)


def test_a_venn_abers_score_on_a_tie_joins_it() -> None:
    fitted = VennAbers.fit([0.2, 0.2, 0.7], [0, 1, 1])
    p0, p1 = fitted.pair([0.2])
    assert p0[0] == pytest.approx(1 / 3)
    assert p1[0] == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["temperature", "platt", "beta"])
def test_certainties_that_fail_are_fitted_too(name: str) -> None:
    p, y = [0.0, 0.0, 1.0, 1.0, 1.0, 0.5, 0.25, 0.75], [0, 1, 0, 1, 1, 1, 0, 0]
    fitted = calibrator(name).fit(p, y, [0.5, 0.9, 0.2, 1.0, 0.0, 0.1, 0.3, 0.8])
    assert np.isfinite(fitted.transform(p)).all()
    assert (fitted.lower(p, 1.0) < fitted.transform(p)).all()


@pytest.mark.parametrize("name", ["platt", "beta", "temperature"])
def test_separated_or_single_classes_are_refused_with_the_reason(name: str) -> None:
    kind = calibrator(name)
    with pytest.raises(ModelError, match="separates"):
        kind.fit([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])
    if name != "temperature":
        with pytest.raises(ModelError, match="both classes"):
            kind.fit([0.1, 0.2, 0.8, 0.9], [1, 1, 1, 1])


def test_scores_that_point_the_wrong_way_are_flattened_by_temperature_and_beta_and_turned_by_platt() -> None:
    p, y, _ = sample(slope=-1.0)
    assert Temperature.fit(p, y).inverse == 0
    assert Beta.fit(p, y).a == Beta.fit(p, y).b == 0
    assert Platt.fit(p, y).slope < 0


@pytest.mark.parametrize("name", CALIBRATORS)
@pytest.mark.parametrize("weight", [[1.0, -1.0, 1.0], [0.0, 0.0, 0.0], [1.0, np.nan, 1.0], [1.0, 1.0]])
def test_impossible_weights_are_refused(name: str, weight: list[float]) -> None:
    with pytest.raises(ModelError, match="weights"):
        calibrator(name).fit([0.2, 0.5, 0.6], [0, 1, 0], weight)


@pytest.mark.parametrize("name", CALIBRATORS)
@pytest.mark.parametrize("n_eff", [0.0, -1.0, 4.0, float("nan")])
def test_impossible_effective_rows_are_refused(name: str, n_eff: float) -> None:
    with pytest.raises(ModelError, match="effective"):
        calibrator(name).fit([0.2, 0.5, 0.6], [0, 1, 0], None, n_eff)


def test_unknown_calibrators_are_named() -> None:
    with pytest.raises(ModelError, match="found 'magic'"):
        calibrator_from_dict({"name": "magic"})
    with pytest.raises(ModelError, match="values of a platt"):
        calibrator_from_dict({"name": "platt", "slope": 1.0})
