"""Splits of labelled events that purge by the time a label ended (López de Prado, AFML 2018, chapters 7 and 12).

An event is known from `t0` (the signal) to `t1` (the end of its label); a row is in the future of another only when its
`t0` is after the other's `t1`. Counting rows instead leaks whenever labels differ in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import LeakError, ModelError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakReport:
    """How near the labels of training rows come to the start of what is tested; times in the unit of the events."""

    start: int
    embargo: int
    train_rows: int
    test_rows: int
    last_label_end: int | None
    """The latest end of a training label; None without training rows."""
    leaked: tuple[int, ...]
    """Training rows whose label had not ended `embargo` before `start`, and rows that train and test or test
    before `start`."""


def walk_forward(
    t0: ArrayLike, t1: ArrayLike, edges: ArrayLike, embargo: int, *, window: int | None = None
) -> list[Split]:
    """Split by time: fold f tests {e_f <= t0 < e_f+1} and trains on {t1 < e_f - embargo} (METHOD 1.5).

    Args:
        t0: time of the signal, int64[n].
        t1: time at which the label ended, int64[n], in the same unit.
        edges: ascending times, int64[folds + 1]: each is the start of a fold, the last the end.
        embargo: time between the last label of the training rows and the fold.
        window: train on {t0 >= e_f - window} only; None trains on all that lies before.

    Raises:
        ModelError: labels that end before they start, edges that do not ascend, a negative embargo.
    """
    starts, ends = _events(t0, t1, embargo)
    times = np.asarray(edges, dtype=np.int64)
    if times.ndim != 1 or times.size < 2 or (np.diff(times) <= 0).any():
        raise ModelError(f"expected two or more ascending edges, found {times.tolist()}")
    if window is not None and window <= 0:
        raise ModelError(f"expected a training window above zero, found {window}")
    since = [starts.min(initial=0) if window is None else low - window for low in times.tolist()]
    return [
        Split(
            train=np.flatnonzero((ends < low - embargo) & (starts >= first)),
            test=np.flatnonzero((starts >= low) & (starts < high)),
        )
        for first, (low, high) in zip(since, pairwise(times.tolist()), strict=False)
    ]


def leak_report(split: Split, t0: ArrayLike, t1: ArrayLike, start: int, embargo: int) -> LeakReport:
    """Say how far a walk-forward split keeps from its fold, from the events themselves and not from how it was made."""
    starts, ends = _events(t0, t1, embargo)
    both = np.intersect1d(split.train, split.test)
    early = split.test[starts[split.test] < start]
    leaked = np.unique(np.concatenate([leaked_rows(split.train, ends, start, embargo), both, early]))
    return LeakReport(
        start=start,
        embargo=embargo,
        train_rows=split.train.size,
        test_rows=split.test.size,
        last_label_end=int(ends[split.train].max()) if split.train.size else None,
        leaked=tuple(leaked.tolist()),
    )


def refuse_leaks(report: LeakReport) -> None:
    """Refuse a split that leaks.

    Raises:
        LeakError: a training row's label ends inside, or nearer than the embargo to, what it is tested on.
    """
    if report.leaked:
        raise LeakError(
            f"expected all training labels to end before {report.start - report.embargo}, found {len(report.leaked)} "
            f"rows that do not, the first {report.leaked[0]}: the split is wrong, and no score of it can be trusted"
        )


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
