from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.errors import LeakError, ModelError
from psky.learn.splits import (
    Split,
    cpcv,
    cpcv_paths,
    leak_report,
    leaked_rows,
    purged_kfold,
    refuse_leaks,
    walk_forward,
)
from tests.vectors.load import skfolio_splits, vectors

EVENTS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), min_size=4, max_size=40)


def as_lists(splits: list[Split]) -> list[list[list[int]]]:
    return [[split.train.tolist(), split.test.tolist()] for split in splits]


@pytest.mark.parametrize("vector", vectors("purged_kfold"))
def test_purged_kfold_agrees_with_the_published_splits(vector: dict[str, Any]) -> None:
    given_ = vector["inputs"]
    assert as_lists(purged_kfold(given_["t0"], given_["t1"], given_["K"], given_["embargo"])) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("walk_forward"))
def test_walk_forward_agrees_with_the_published_splits(vector: dict[str, Any]) -> None:
    given_ = vector["inputs"]
    splits = walk_forward(given_["t0"], given_["t1"], given_["edges"], given_["embargo"])
    assert as_lists(splits) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("walk_forward_rowcount_leak"))
def test_purging_by_row_count_leaks_and_purging_by_label_end_does_not(vector: dict[str, Any]) -> None:
    t0, t1, edges = (np.array(vector["inputs"][name]) for name in ("t0", "t1", "edges"))
    starts = edges[:-1].tolist()
    by_rows = [np.flatnonzero(t0 < start)[: -vector["inputs"]["purge_rows"]] for start in starts]
    leaks = [leaked_rows(train, t1, start).tolist() for train, start in zip(by_rows, starts, strict=True)]
    assert [[train.tolist(), leak] for train, leak in zip(by_rows, leaks, strict=True)] == vector["expected"]
    for split, start in zip(walk_forward(t0, t1, edges, 0), starts, strict=True):
        assert leaked_rows(split.train, t1, start).size == 0


@pytest.mark.parametrize("vector", vectors("cpcv"))
def test_cpcv_agrees_with_the_published_counts_and_paths(vector: dict[str, Any]) -> None:
    groups, test_groups = vector["inputs"]["N"], vector["inputs"]["k"]
    t0 = np.arange(3 * groups)
    found, expected = cpcv(t0, t0, groups, test_groups, 0), vector["expected"]
    assert len(found.splits) == expected["n_splits"]
    assert len(found.paths) == expected["n_paths"]
    if expected["paths"] is not None:
        assert found.paths.tolist() == expected["paths"]


@pytest.mark.parametrize(("groups", "test_groups"), [(6, 3), (8, 2), (10, 3), (12, 4)])
def test_every_path_visits_each_group_once_by_a_split_that_tests_it(groups: int, test_groups: int) -> None:
    paths, chosen = cpcv_paths(groups, test_groups), list(combinations(range(groups), test_groups))
    assert paths.shape == (comb(groups - 1, test_groups - 1), groups)
    assert all(group in chosen[split] for path in paths for group, split in enumerate(path))


@given(EVENTS, st.integers(0, 20), st.integers(2, 4))
def test_no_training_label_of_a_kfold_touches_the_test_block(
    events: list[tuple[int, int]], embargo: int, blocks: int
) -> None:
    t0 = np.array([start for start, _ in events])
    t1 = t0 + np.array([length for _, length in events])
    splits = purged_kfold(t0, t1, blocks, embargo)
    assert sorted(np.concatenate([split.test for split in splits]).tolist()) == list(range(len(events)))
    for split in splits:
        low, high = t0[split.test].min(), t1[split.test].max()
        train = split.train
        assert ((t1[train] < low) | (t0[train] > high + embargo)).all()


@given(EVENTS, st.integers(0, 20))
def test_walk_forward_never_trains_on_a_label_that_ends_in_the_fold(
    events: list[tuple[int, int]], embargo: int
) -> None:
    t0 = np.array([start for start, _ in events])
    t1 = t0 + np.array([length for _, length in events])
    for split, start in zip(walk_forward(t0, t1, [50, 100, 150], embargo), [50, 100], strict=True):
        assert (t1[split.train] < start - embargo).all()
        assert leaked_rows(split.train, t1, start, embargo).size == 0


def test_several_test_blocks_are_purged_each_and_not_as_one_hull() -> None:
    t0 = np.arange(40)
    found = cpcv(t0, t0, 4, 2, 0)
    first_and_last = found.splits[2]
    assert first_and_last.train.tolist() == list(range(10, 30))


@pytest.mark.parametrize(
    ("t0", "t1", "edges", "embargo"),
    [
        ([3], [2], [0, 9], 0),
        ([1], [2], [9, 0], 0),
        ([1], [2], [0, 9], -1),
        ([1, 2], [2], [0, 9], 0),
        ([1], [2], [0], 0),
    ],
)
def test_impossible_events_and_edges_are_refused(t0: list[int], t1: list[int], edges: list[int], embargo: int) -> None:
    with pytest.raises(ModelError, match="expected"):
        walk_forward(t0, t1, edges, embargo)


def test_fewer_rows_than_blocks_are_refused() -> None:
    with pytest.raises(ModelError, match="2 to 3 blocks"):
        purged_kfold([0, 1, 2], [0, 1, 2], 4, 0)


@pytest.mark.parametrize("case", skfolio_splits())
def test_cpcv_agrees_with_skfolio_where_labels_are_equally_long(case: dict[str, Any]) -> None:
    """Purging rows and purging by label end are the same thing when every label spans as many rows."""
    groups, test_groups, t0 = case["groups"], case["test_groups"], np.arange(case["rows"])
    found = cpcv(t0, t0 + case["purged"], groups, test_groups, case["embargo"])
    paths = np.full_like(found.paths, -1)
    for split, chosen in enumerate(combinations(range(groups), test_groups)):
        paths[case["path_ids"][split], chosen] = split

    assert [split.train.tolist() for split in found.splits] == case["train"]
    np.testing.assert_array_equal(found.paths, paths)


@given(EVENTS, st.integers(0, 20), st.integers(2, 5), st.data())
def test_cpcv_agrees_with_a_slow_obvious_version(
    events: list[tuple[int, int]], embargo: int, groups: int, data: st.DataObject
) -> None:
    groups = min(groups, len(events))
    test_groups = data.draw(st.integers(1, groups - 1))
    t0 = np.array(sorted(start for start, _ in events))
    t1 = t0 + np.array([length for _, length in events])
    blocks = np.array_split(np.arange(t0.size), groups)
    for split, chosen in zip(
        cpcv(t0, t1, groups, test_groups, embargo).splits, combinations(range(groups), test_groups), strict=True
    ):
        tested = [blocks[group] for group in chosen]
        touches = [any(t1[i] >= t0[b].min() and t0[i] <= t1[b].max() + embargo for b in tested) for i in range(t0.size)]
        assert split.train.tolist() == [i for i in range(t0.size) if not touches[i]]


@given(EVENTS, st.integers(0, 20), st.integers(1, 120))
def test_a_rolling_window_keeps_the_expanding_rows_that_are_young_enough(
    events: list[tuple[int, int]], embargo: int, window: int
) -> None:
    t0 = np.array([start for start, _ in events])
    t1 = t0 + np.array([length for _, length in events])
    edges = [50, 100, 150]
    rolling, expanding = walk_forward(t0, t1, edges, embargo, window=window), walk_forward(t0, t1, edges, embargo)
    for young, old, start in zip(rolling, expanding, edges, strict=False):
        assert young.train.tolist() == [row for row in old.train.tolist() if t0[row] >= start - window]
        np.testing.assert_array_equal(young.test, old.test)


@given(EVENTS, st.integers(0, 20))
def test_the_leak_report_clears_a_walk_forward_and_convicts_a_row_count_purge(
    events: list[tuple[int, int]], embargo: int
) -> None:
    t0 = np.array(sorted(start for start, _ in events))
    t1 = t0 + np.array([length for _, length in events])
    (split,) = walk_forward(t0, t1, [100, 150], embargo)
    refuse_leaks(leak_report(split, t0, t1, 100, embargo))
    by_rows = Split(train=np.flatnonzero(t0 < 100)[:-1], test=split.test)
    leaking = [row for row in by_rows.train.tolist() if t1[row] >= 100 - embargo]
    report = leak_report(by_rows, t0, t1, 100, embargo)
    assert list(report.leaked) == leaking
    if leaking:
        with pytest.raises(LeakError, match=f"found {len(leaking)} rows that do not, the first {leaking[0]}"):
            refuse_leaks(report)


def test_a_row_that_trains_and_tests_or_tests_too_early_is_a_leak() -> None:
    t0 = np.arange(10)
    both = Split(train=np.array([0, 1]), test=np.array([1, 7]))
    assert leak_report(both, t0, t0, 5, 0).leaked == (1,)
    assert leak_report(Split(train=np.array([0]), test=np.array([4, 7])), t0, t0, 5, 0).leaked == (4,)
    assert leak_report(Split(train=np.array([0, 3]), test=np.array([7])), t0, t0, 5, 0).last_label_end == 3


def test_a_window_of_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match="window above zero"):
        walk_forward([1], [2], [5, 9], 0, window=0)
