from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky.errors import UsageError
from psky.replay.statistics.spa import spa
from tests.oracles.series import parsed
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("spa"))
@pytest.mark.parametrize("kind", ["stud", "unstud"])
def test_spa_agrees_with_the_published_values(vector: dict[str, Any], kind: str) -> None:
    returns, expected = parsed(vector["inputs"]["gen"]) - vector["inputs"]["benchmark"], vector["expected"]
    found = spa(returns, block=vector["inputs"]["block"], seed=11, studentised=kind == "stud")
    assert found.statistic == pytest.approx(expected[f"t_{kind}"], abs=1e-9)
    p = {"lower": found.lower, "consistent": found.consistent, "upper": found.upper}
    assert p == pytest.approx(expected[kind], abs=vector["tol"])


def test_losing_families_are_never_significant() -> None:
    rng = np.random.default_rng(1)
    returns = rng.normal(-1.0, 0.1, size=(200, 5))
    found = spa(returns, block=1.0, seed=1, reps=500)
    assert (found.statistic, found.lower, found.consistent, found.upper) == (0.0, 1.0, 1.0, 1.0)


def test_hopeless_trials_do_not_hide_a_good_one_from_the_consistent_p() -> None:
    noise = np.random.default_rng(6).normal(size=(250, 61))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0)
    returns = noise + np.array([2.2] + [-16.0] * 60) / np.sqrt(250)
    found = spa(returns, block=1.0, seed=1, reps=4000)
    assert found.consistent < 0.05 < found.upper


def test_trials_that_never_traded_change_nothing_and_a_seed_repeats() -> None:
    rng = np.random.default_rng(2)
    returns = rng.normal(0.05, 1.0, size=(120, 4))
    one = spa(returns, block=3.0, seed=5, reps=1000)
    assert spa(np.column_stack([returns, np.zeros(120)]), block=3.0, seed=5, reps=1000) == one
    assert spa(np.zeros((20, 3)), block=1.0, seed=5).consistent == 1.0


def test_too_few_periods_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 3"):
        spa([0.1, 0.2], block=1.0, seed=1)
