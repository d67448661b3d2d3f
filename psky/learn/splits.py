"""Splits of labelled events that purge by the time a label ended (López de Prado, AFML 2018, chapters 7 and 12).

An event is known from `t0` (the signal) to `t1` (the end of its label); a row is in the future of another only when its
`t0` is after the other's `t1`. Counting rows instead leaks whenever labels differ in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import ModelError
from psky.learn.arrays import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Row numbers (int64, ascending) to train on and to test on."""

    train: Ints
    test: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinatorialSplits:
    """The splits of combinatorial purged cross-validation and the paths they form.

    `paths` is int64[paths, groups]: the split that supplies each group of each path.
    """

    splits: tuple[Split, ...]
    paths: Ints


def walk_forward(t0: ArrayLike, t1: ArrayLike, edges: ArrayLike, embargo: int) -> list[Split]:
    """Split by time: fold f tests {e_f <= t0 < e_f+1} and trains on {t1 < e_f - embargo} (METHOD 1.5).

    Args:
        t0: time of the signal, int64[n].
        t1: time at which the label ended, int64[n], in the same unit.
        edges: ascending times, int64[folds + 1]: each is the start of a fold, the last the end.
        embargo: time between the last label of the training rows and the fold.

    Raises:
        ModelError: labels that end before they start, edges that do not ascend, a negative embargo.
    """
    starts, ends = _events(t0, t1, embargo)
    times = np.asarray(edges, dtype=np.int64)
    if times.ndim != 1 or times.size < 2 or (np.diff(times) <= 0).any():
        raise ModelError(f"expected two or more ascending edges, found {times.tolist()}")
    return [
        Split(train=np.flatnonzero(ends < low - embargo), test=np.flatnonzero((starts >= low) & (starts < high)))
        for low, high in pairwise(times.tolist())
    ]


def leaked_rows(train: ArrayLike, t1: ArrayLike, start: int, embargo: int = 0) -> Ints:
    """Return the rows of a walk-forward training set whose label had not ended `embargo` before the fold's `start`."""
    rows = np.asarray(train, dtype=np.int64)
    return rows[np.asarray(t1, dtype=np.int64)[rows] >= start - embargo]


def purged_kfold(t0: ArrayLike, t1: ArrayLike, blocks: int, embargo: int) -> list[Split]:
    """Split into blocks contiguous in t0; each is tested once by rows that do not touch its hull (METHOD 1.3).

    A training row is dropped when its label overlaps [min t0, max t1 + embargo] of the test block, both ends included.

    Raises:
        ModelError: labels that end before they start, fewer rows than blocks, fewer than two blocks.
    """
    starts, ends = _events(t0, t1, embargo)
    return [_purged(starts, ends, embargo, [block]) for block in _blocks(starts, blocks)]


def cpcv(t0: ArrayLike, t1: ArrayLike, groups: int, test_groups: int, embargo: int) -> CombinatorialSplits:
    """Split into every choice of `test_groups` among `groups` blocks; purge around each block alone (METHOD 1.4).

    Raises:
        ModelError: as `purged_kfold`, or a number of test groups outside 1..groups - 1.
    """
    starts, ends = _events(t0, t1, embargo)
    paths = cpcv_paths(groups, test_groups)
    members = _blocks(starts, groups)
    splits = tuple(
        _purged(starts, ends, embargo, [members[group] for group in chosen])
        for chosen in combinations(range(groups), test_groups)
    )
    return CombinatorialSplits(splits=splits, paths=paths)


def cpcv_paths(groups: int, test_groups: int) -> Ints:
    """Return which split supplies each group of each path, int64[C(groups - 1, test_groups - 1), groups].

    The j-th split, in lexicographic order, that tests a group supplies that group of path j.

    Raises:
        ModelError: a number of test groups outside 1..groups - 1.
    """
    if not 1 <= test_groups < groups:
        raise ModelError(f"expected 1 to {groups - 1} test groups among {groups}, found {test_groups}")
    chosen = list(combinations(range(groups), test_groups))
    tested = [[split for split, members in enumerate(chosen) if group in members] for group in range(groups)]
    return np.array(tested, dtype=np.int64).T


def _events(t0: ArrayLike, t1: ArrayLike, embargo: int) -> tuple[Ints, Ints]:
    starts, ends = np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64)
    if starts.ndim != 1 or starts.shape != ends.shape:
        raise ModelError(f"expected t0 and t1 of one length, found shapes {starts.shape} and {ends.shape}")
    if (ends < starts).any():
        raise ModelError(f"expected labels that end after they start, found row {int((ends < starts).argmax())}")
    if embargo < 0:
        raise ModelError(f"expected an embargo of zero or more, found {embargo}")
    return starts, ends


def _blocks(starts: Ints, blocks: int) -> list[Ints]:
    if not 2 <= blocks <= starts.size:
        raise ModelError(f"expected 2 to {starts.size} blocks for {starts.size} rows, found {blocks}")
    return np.array_split(np.argsort(starts, kind="stable"), blocks)


def _purged(starts: Ints, ends: Ints, embargo: int, blocks: list[Ints]) -> Split:
    train: Bools = np.ones(starts.size, dtype=np.bool_)
    for block in blocks:
        train &= (ends < starts[block].min()) | (starts > ends[block].max() + embargo)
    test = np.sort(np.concatenate(blocks))
    train[test] = False
    return Split(train=np.flatnonzero(train), test=test)
