from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

from psky.errors import UsageError
from psky.replay.statistics.pbo import pbo_cscv
from tests.oracles.series import parsed
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("pbo_cscv"))
def test_pbo_agrees_with_the_worked_examples(vector: dict[str, Any]) -> None:
    found, expected = (
        pbo_cscv(vector["inputs"]["M"], vector["inputs"]["S"], vector["inputs"]["metric"]),
        vector["expected"],
    )
    assert found.pbo == pytest.approx(expected["pbo"], abs=vector["tol"])
    assert found.picks.tolist() == expected["picks"]
    np.testing.assert_allclose(found.logits, expected["logits"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("pbo_cscv_det"))
def test_pbo_agrees_with_the_deterministic_families(vector: dict[str, Any]) -> None:
    found, expected = pbo_cscv(parsed(vector["inputs"]["gen"]), vector["inputs"]["S"]), vector["expected"]
    assert found.logits.size == expected["n"]
    assert found.pbo == pytest.approx(expected["pbo"], abs=vector["tol"])
    assert float(found.logits.mean()) == pytest.approx(expected["mean_logit"], abs=vector["tol"])


def test_pbo_agrees_with_ranking_every_split_slowly() -> None:
    rng = np.random.default_rng(9)
    returns = rng.normal(size=(53, 6)) + np.linspace(-0.2, 0.2, 6)
    found = pbo_cscv(returns, 6)
    blocks = np.array_split(returns[53 % 6 :], 6)
    below = []
    for chosen in combinations(range(6), 3):
        inside = np.concatenate([blocks[b] for b in chosen])
        outside = np.concatenate([blocks[b] for b in range(6) if b not in chosen])
        pick = int(np.argmax(inside.mean(axis=0) / inside.std(axis=0)))
        rank = stats.rankdata(outside.mean(axis=0) / outside.std(axis=0))[pick] / 7
        below.append(rank <= 0.5)
    assert found.pbo == np.mean(below)


def test_idle_trials_score_zero_and_ties_share_their_rank() -> None:
    returns = np.zeros((8, 3))
    returns[:, 2] = [-1, -2, -1, -2, -1, -2, -1, -2]
    found = pbo_cscv(returns, 4)
    # Two idle trials tie for the best: rank 2.5 of 3.
    np.testing.assert_allclose(found.logits, np.log(2.5 / 1.5))
    assert found.pbo == 0
    assert found.slope is None
    assert found.loss_share == 0


@pytest.mark.parametrize(("periods", "trials", "blocks"), [(20, 1, 4), (20, 3, 5), (3, 3, 4), (20, 3, 0)])
def test_too_little_to_split_is_refused(periods: int, trials: int, blocks: int) -> None:
    with pytest.raises(UsageError, match="even number of blocks"):
        pbo_cscv(np.ones((periods, trials)), blocks)
