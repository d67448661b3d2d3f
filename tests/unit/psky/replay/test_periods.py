from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from psky.domain.time import DAY_US, SECOND_US, instant_us
from psky.errors import DataError, LeakError, UsageError
from psky.learn.arrays import Ints
from psky.learn.splits import Split, walk_forward
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import compact, edges_us, folds, holdout, holdout_start_us, part, sampling_us, stretch
from psky.spec.codec import replace
from psky.spec.sections import SplitSpec
from tests import house

EMBARGO_S = 3600


@pytest.fixture(scope="module", params=[0, EMBARGO_S], ids=["no embargo", "an hour's embargo"])
def divided(request: pytest.FixtureRequest, dataset: Dataset) -> Dataset:
    return build_dataset(dataset.tape, replace(dataset.spec, {"split.folds": 3, "split.embargo_s": request.param}))


def test_edges_share_out_the_span() -> None:
    split = SplitSpec(folds=3, first_train_share=0.4, holdout_share=0.2)

    assert edges_us((1000, 2000), split) == [1320, 1480, 1640, 1800, 2001]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_parts_follow_each_other_to_the_end_of_the_tape(dataset: Dataset, count: int) -> None:
    divided = build_dataset(dataset.tape, replace(dataset.spec, {"split.folds": count}))
    parts = [*folds(divided), holdout(divided)]

    assert [item.name for item in parts] == [*(f"fold_{number}" for number in range(1, count + 1)), "holdout"]
    assert all(earlier.end_us == later.start_us for earlier, later in pairwise(parts))
    assert parts[-1].end_us == divided.tape.span_us[1] + 1
    first, last = divided.tape.span_us
    assert parts[-1].days == pytest.approx(0.2 * (last - first) / 86_400e6)


def test_training_rows_were_known_before_the_part_began(divided: Dataset) -> None:
    embargo_us = divided.spec.split.embargo_s * SECOND_US
    for item in [*folds(divided), holdout(divided)]:
        known_us = divided.t1 < item.start_us - embargo_us
        np.testing.assert_array_equal(item.train, np.flatnonzero(known_us))
        assert len(item.train) > 0
        assert divided.t1[item.train].max() < item.start_us - embargo_us


def test_labels_that_run_into_a_part_are_left_out_of_its_training(divided: Dataset) -> None:
    item = folds(divided)[1]
    running = np.flatnonzero((divided.t0 < item.start_us) & (divided.t1 >= item.start_us))

    assert len(running) > 0, "the tape has no such label: the test proves nothing"
    assert not np.isin(running, item.train).any()


def test_rows_are_tested_where_they_were_decided(divided: Dataset) -> None:
    tested = [item.test for item in [*folds(divided), holdout(divided)]]
    for item in [*folds(divided), holdout(divided)]:
        assert ((divided.t0[item.test] >= item.start_us) & (divided.t0[item.test] < item.end_us)).all()

    rows = np.concatenate(tested)
    assert len(np.unique(rows)) == len(rows)
    assert rows[-1] == len(divided.t0) - 1


def test_no_row_of_a_fold_can_still_be_open_when_the_holdout_begins(divided: Dataset) -> None:
    start_us = holdout(divided).start_us
    tested = np.concatenate([item.test for item in folds(divided)])
    dropped = np.setdiff1d(np.flatnonzero((divided.t0 >= folds(divided)[0].start_us) & (divided.t0 < start_us)), tested)

    assert divided.t1[tested].max() < start_us
    assert len(dropped) > 0, "no touch lies near the hold-out: the test proves nothing"
    assert divided.latest_end_us[dropped].min() > start_us - 300 * SECOND_US, "rows were dropped that had long ended"


@pytest.mark.parametrize("name", ["fold_1", "fold_2", "holdout"])
def test_a_part_is_found_by_its_name(dataset: Dataset, name: str) -> None:
    assert part(dataset, name).name == name


@pytest.mark.parametrize("name", ["fold_0", "fold_3", "fold", "", "Holdout"])
def test_an_unknown_part_names_those_that_there_are(dataset: Dataset, name: str) -> None:
    with pytest.raises(UsageError, match=f"expected one of fold_1, fold_2, holdout, found '{name}'"):
        part(dataset, name)


@pytest.mark.parametrize("prints", [1, 2])
def test_a_tape_too_short_to_divide_is_refused(prints: int) -> None:
    trades = house.cut(house.columns(), slice(prints))
    trades.ts_us[:] = trades.ts_us[0]
    short = build_dataset(house.tape_of(trades), house.QUICK)

    for divide in (folds, holdout):
        with pytest.raises(DataError, match="expected a tape long enough"):
            divide(short)


def test_a_silence_before_the_holdout_lets_no_price_of_it_into_a_fold(dataset: Dataset) -> None:
    trades = house.columns()
    start_us = holdout(dataset).start_us
    silent = (trades.ts_us > start_us - 2400 * SECOND_US) & (trades.ts_us < start_us + 600 * SECOND_US)
    kept = house.tape_of(house.cut(trades, ~silent))
    divided = build_dataset(kept, dataset.spec)
    tested = np.concatenate([item.test for item in folds(divided)])

    assert holdout(divided).start_us == start_us
    assert divided.t1[tested].max() < start_us


def test_a_rolling_window_forgets_what_is_older(dataset: Dataset) -> None:
    rolling = build_dataset(dataset.tape, replace(dataset.spec, {"split.kind": "rolling", "split.window_share": 0.3}))
    first, last = dataset.tape.span_us
    window_us = int((last - first) * 0.8 * 0.3)
    for young, old in zip([*folds(rolling), holdout(rolling)], [*folds(dataset), holdout(dataset)], strict=True):
        since = young.start_us - window_us
        np.testing.assert_array_equal(young.train, old.train[dataset.t0[old.train] >= since])
        np.testing.assert_array_equal(young.test, old.test)
        assert 0 < len(young.train) < len(old.train)


def test_a_division_that_leaks_fails_the_run(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report judges the rows themselves: a splitter that counts rows instead of label ends is convicted."""

    def by_rows(t0: Ints, t1: Ints, edges: list[int], embargo: int, *, window: int | None) -> list[Split]:
        honest = walk_forward(t0, t1, edges, embargo, window=window)
        return [
            Split(train=np.flatnonzero(t0 < low), test=split.test) for low, split in zip(edges, honest, strict=False)
        ]

    monkeypatch.setattr("psky.replay.periods.walk_forward", by_rows)
    with pytest.raises(LeakError, match="no score of it can be trusted"):
        folds(dataset)


@pytest.mark.parametrize(("days", "hours"), [(1000, 24), (60, 24), (59, 8), (20, 8), (19, 4), (9, 1), (0.01, 1)])
def test_a_short_span_is_sampled_more_often(days: float, hours: int) -> None:
    assert sampling_us(round(days * DAY_US)) == hours * 3600 * SECOND_US


def test_a_stretch_tests_what_was_decided_in_it_and_trains_on_what_was_known_before(dataset: Dataset) -> None:
    start, end = folds(dataset)[0].start_us + SECOND_US, folds(dataset)[1].end_us
    found = stretch(dataset, start, end)

    assert ((dataset.t0[found.test] >= start) & (dataset.t0[found.test] < end)).all()
    assert (dataset.t1[found.train] < start).all()
    assert len(found.test) > 0
    assert holdout_start_us(dataset) == end
    assert set(found.test.tolist()) <= {row for fold in folds(dataset) for row in fold.test.tolist()}


@pytest.mark.parametrize(
    ("instant", "name"),
    [
        ("2018-01-25", "20180125"),
        ("2018-01-25T10:00", "20180125T100000"),
        ("2018-01-25T09:30:00.5", "20180125T093000500000"),
        ("2018-01-25T00:00:00.000001", "20180125T000000000001"),
    ],
)
def test_every_instant_has_a_name_of_its_own(instant: str, name: str) -> None:
    assert compact(instant_us(instant)) == name
