"""The distribution of a strategy's score: combinatorial purged cross-validation over the tuning span (METHOD 1.4).

Every group of touches is tested by several models, each trained on other groups, earlier and later ones; the paths put
these tests together to whole histories. A walk-forward gives one history, and it alone never trains on the future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky.decision.decide import decide
from psky.domain.time import SECOND_US
from psky.learn.scores import auc, log_loss
from psky.learn.splits import CombinatorialSplits, Split, cpcv
from psky.replay.dataset import Dataset
from psky.replay.periods import Part, tuning_rows
from psky.replay.run import evidence_of, train

GROUPS, TEST_GROUPS = 10, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PathScore:
    """One path through the tuning span, over the touches that filled and resolved."""

    path: int
    rows: int
    log_loss: float
    auc: float | None
    entered: int
    realised_r: float | None
    """Mean net R of those entered, each alone on the tape; None where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """Rows of one group, and what one split's model said of them."""

    rows: NDArray[np.int64]
    p: NDArray[np.float64]
    enter: NDArray[np.bool_]


def path_scores(dataset: Dataset, groups: int = GROUPS, test_groups: int = TEST_GROUPS) -> tuple[PathScore, ...]:
    """Return the score of each path; fits C(groups, test_groups) models.

    Raises:
        DataError: the tape is too short to be divided.
        ModelError: fewer touches than groups, or too few to train on.
    """
    rows = tuning_rows(dataset)
    embargo_us = dataset.spec.split.embargo_s * SECOND_US
    found = cpcv(dataset.t0[rows], dataset.labels_end_us[rows], groups, test_groups, embargo_us)
    members = [rows[block] for block in np.array_split(np.arange(rows.size), groups)]
    tested = [_test(dataset, rows, number, split) for number, split in enumerate(found.splits)]
    return tuple(_score(dataset, number, found, members, tested) for number in range(len(found.paths)))


def _test(dataset: Dataset, rows: NDArray[np.int64], number: int, split: Split) -> _Tested:
    test = rows[split.test]
    start_us, end_us = int(dataset.t0[test[0]]), int(dataset.t0[test[-1]]) + 1
    part = Part(name=f"split_{number}", start_us=start_us, end_us=end_us, train=rows[split.train], test=test)
    evidence = evidence_of(dataset, test, train(dataset, part))
    return _Tested(rows=test, p=np.asarray(evidence.p), enter=decide(evidence, dataset.spec.policy).enter)


def _score(
    dataset: Dataset,
    path: int,
    found: CombinatorialSplits,
    members: list[NDArray[np.int64]],
    tested: list[_Tested],
) -> PathScore:
    sources = [tested[split] for split in found.paths[path]]
    places = [np.searchsorted(source.rows, rows) for source, rows in zip(sources, members, strict=True)]
    resolved = dataset.resolved[np.concatenate(members)]
    rows = np.concatenate(members)[resolved]
    p = np.concatenate([source.p[place] for source, place in zip(sources, places, strict=True)])[resolved]
    enter = np.concatenate([source.enter[place] for source, place in zip(sources, places, strict=True)])[resolved]
    y, net_r = dataset.target_first[rows], dataset.outcomes.net_r[rows][enter]
    return PathScore(
        path=path + 1,
        rows=rows.size,
        log_loss=log_loss(p, y),
        auc=auc(p, y),
        entered=net_r.size,
        realised_r=float(net_r.mean()) if net_r.size else None,
    )
