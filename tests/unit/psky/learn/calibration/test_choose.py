from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from psky.errors import ModelError
from psky.learn.arrays import Floats, logit
from psky.learn.calibration.choose import AUTO, Scored, choose
from psky.learn.calibration.platt import Platt
from psky.learn.calibration.registry import CALIBRATORS
from psky.learn.splits import Split, purged_kfold


def scored(truth: object, rows: int, seed: int = 3, *, upside_down: bool = False) -> Scored:
    """Probabilities between which `truth`, a map of log-odds, draws the outcomes."""
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 2, rows).clip(0.02, 0.98)
    true: Floats = truth(logit(p))  # type: ignore[operator]
    y = (rng.random(rows) < expit(-true if upside_down else true)).astype(np.float64)
    return Scored(p=p, y=y, weight=np.ones(rows), n_eff=float(rows))


def splits_of(rows: int) -> list[Split]:
    return purged_kfold(np.arange(rows), np.arange(rows), 4, 0)


def chosen(given: Scored) -> str:
    return choose(AUTO, given, splits_of(given.y.size))[0].name


@pytest.mark.parametrize(
    ("truth", "expected"),
    [
        (lambda z: z, "none"),
        (lambda z: 0.4 * z, "temperature"),
        (lambda z: 0.4 * z - 1.0, "platt"),
        (lambda z: np.where(z > 0, 2.5, -2.5), "isotonic"),
    ],
    ids=["none", "temperature", "platt", "isotonic"],
)
def test_the_simplest_map_that_is_needed_is_chosen(truth: object, expected: str) -> None:
    assert chosen(scored(truth, 6000)) == expected


def test_few_rows_cannot_show_that_nothing_is_needed() -> None:
    given = scored(lambda z: z, 300)
    splits = splits_of(300)
    found, tried = choose(AUTO, given, splits)
    assert [candidate.name for candidate in tried] == ["platt", "beta"]
    assert found.name == "platt"
    assert [c.name for c in choose(AUTO, scored(lambda z: z, 1000), splits_of(1000))[1]] == list(CALIBRATORS)


def test_scores_that_rank_upside_down_get_the_base_rate() -> None:
    given = scored(lambda z: z, 2000, upside_down=True)
    found, _ = choose(AUTO, given, splits_of(2000))
    assert isinstance(found, Platt)
    assert found.slope == 0
    np.testing.assert_allclose(found.transform([0.1, 0.9]), given.y.mean())


def test_a_map_that_is_named_is_fitted_or_refused() -> None:
    given = scored(lambda z: z, 300)
    splits = splits_of(300)
    assert choose("isotonic", given, splits)[0].name == "isotonic"
    assert choose("isotonic", given, splits)[1] == ()
    separated = Scored(p=given.p, y=(given.p > 0.5).astype(np.float64), weight=given.weight, n_eff=300.0)
    with pytest.raises(ModelError, match="separates"):
        choose("platt", separated, splits)


def test_the_same_rows_give_the_same_choice() -> None:
    given = scored(lambda z: 0.5 * z, 1200)
    splits = splits_of(1200)
    assert choose(AUTO, given, splits) == choose(AUTO, given, splits)
