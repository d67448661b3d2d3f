"""How the history of a tape is divided: walk-forward folds for tuning, then a hold-out that tuning never sees.

Rows are touches. A fold trains on rows of which everything was known before the fold began, less the embargo, and is
tested on the rows decided inside it. Every division is checked for leaks before anybody
sees it. Rows that could still be open at the last print before the hold-out belong to no fold, so that no score depends
on a price of the hold-out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import DAY_US, HOUR_US, SECOND_US, utc, utc_text
from psky.errors import DataError, UsageError
from psky.learn.splits import LeakReport, Split, leak_report, refuse_leaks, walk_forward
from psky.replay.dataset import Dataset
from psky.spec.sections import SplitSpec

HOLDOUT = "holdout"
_SAMPLED_US = (DAY_US, 8 * HOUR_US, 4 * HOUR_US, HOUR_US)
_LEAST_SAMPLES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of history with the rows that train for it and the rows that test it.

    `train` and `test` are int64 row numbers; every row of `train` was decided and known before `start_us`, except in
    combinatorial splits, which train on both sides of what they test.
    """

    name: str
    start_us: int
    end_us: int
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end_us - self.start_us) / DAY_US


def edges_us(span_us: tuple[int, int], split: SplitSpec) -> list[int]:
    """Return the starts of the folds, the start of the hold-out and the end of the tape, us."""
    first, last = span_us
    holdout = int(last - (last - first) * split.holdout_share)
    tuned = holdout - first
    shares = np.linspace(split.first_train_share, 1.0, split.folds + 1)
    return [first + int(tuned * share) for share in shares] + [last + 1]


def folds(dataset: Dataset) -> list[Part]:
    """Return the walk-forward folds, named `fold_1` on.

    Raises:
        DataError: the tape is too short to be divided.
        LeakError: a training row's label ends where it is tested.
    """
    *edges, _ = _checked_edges(dataset)
    closed = _closed_before(dataset, edges[-1])
    return [
        Part(
            name=f"fold_{number}",
            start_us=edges[number - 1],
            end_us=edges[number],
            train=split.train,
            test=split.test[closed[split.test]],
        )
        for number, split in enumerate(_walk_forward(dataset, edges), start=1)
    ]


def holdout(dataset: Dataset) -> Part:
    """Return the hold-out, trained on all that was known before it, or on the last window.

    Raises:
        DataError: the tape is too short to be divided.
        LeakError: a training row's label ends where it is tested.
    """
    *_, start, end = _checked_edges(dataset)
    (split,) = _walk_forward(dataset, [start, end])
    return Part(name=HOLDOUT, start_us=start, end_us=end, train=split.train, test=split.test)


def tuning_rows(dataset: Dataset) -> NDArray[np.int64]:
    """Return the rows whose trade and labels are over before the hold-out begins, int64, in time order.

    Raises:
        DataError: the tape is too short to be divided.
    """
    start = _checked_edges(dataset)[-2]
    return np.flatnonzero(_closed_before(dataset, start) & (dataset.labels_end_us < start))


def leak_reports(dataset: Dataset) -> dict[str, LeakReport]:
    """Return the leak report of each fold and of the hold-out, by name.

    Raises:
        DataError: the tape is too short to be divided.
        LeakError: one of them leaks.
    """
    embargo_us = dataset.spec.split.embargo_s * SECOND_US
    return {
        item.name: leak_report(
            Split(train=item.train, test=item.test), dataset.t0, dataset.labels_end_us, item.start_us, embargo_us
        )
        for item in [*folds(dataset), holdout(dataset)]
    }


def _closed_before(dataset: Dataset, time_us: int) -> NDArray[np.bool_]:
    # A row is over by the first print from its latest end on; one that needs a print from `time_us` on is not.
    return dataset.latest_end_us <= dataset.tape.last_print_before_us(time_us)


def _walk_forward(dataset: Dataset, edges: list[int]) -> list[Split]:
    split, ends = dataset.spec.split, dataset.labels_end_us
    embargo_us = split.embargo_s * SECOND_US
    window_us = _window_us(dataset.tape.span_us, split) if split.kind == "rolling" else None
    found = walk_forward(dataset.t0, ends, edges, embargo_us, window=window_us)
    for start, divided in zip(edges, found, strict=False):
        refuse_leaks(leak_report(divided, dataset.t0, ends, start, embargo_us))
    return found


def _window_us(span_us: tuple[int, int], split: SplitSpec) -> int:
    first, last = span_us
    return int((last - first) * (1 - split.holdout_share) * split.window_share)


def holdout_halves(dataset: Dataset) -> tuple[Part, Part]:
    """Return the test split and the shadow split: the hold-out cut in two, with its training rows.

    A row that needs a print of the shadow split tests neither.

    Raises:
        DataError: the tape is too short to be divided.
    """
    whole = holdout(dataset)
    length_us = whole.end_us - whole.start_us
    border_us = whole.end_us - int(length_us * dataset.spec.selection.shadow_share)
    decided_us, over_us = dataset.t0[whole.test], dataset.latest_end_us[whole.test]
    early = over_us <= dataset.tape.last_print_before_us(border_us)
    return (
        replace(whole, name="test", end_us=border_us, test=whole.test[early]),
        replace(whole, name="shadow", start_us=border_us, test=whole.test[decided_us >= border_us]),
    )


def stretch(dataset: Dataset, start_us: int, end_us: int) -> Part:
    """Return the part of history from `start_us` until before `end_us`, trained on what was known before it.

    One that ends before the hold-out begins tests no row that needs a print of the hold-out.

    Raises:
        UsageError: it does not lie within the tape, or ends before it starts.
    """
    check_stretch(dataset.tape.span_us, start_us, end_us)
    (split,) = _walk_forward(dataset, [start_us, end_us])
    border_us = holdout_start_us(dataset)
    test = split.test[_closed_before(dataset, border_us)[split.test]] if end_us <= border_us else split.test
    name = f"range_{compact(start_us)}_{compact(end_us)}"
    return Part(name=name, start_us=start_us, end_us=end_us, train=split.train, test=test)


def check_stretch(span_us: tuple[int, int], start_us: int, end_us: int) -> None:
    """Check that a range lies within a tape, whose first and last print are at `span_us`, and ends after it starts.

    Raises:
        UsageError: it does not.
    """
    first, last = span_us
    if not first <= start_us < end_us <= last + 1:
        raise UsageError(
            f"expected a range within {utc_text(first)} to {utc_text(last)} UTC that ends after it starts, "
            f"found {utc_text(start_us)} to {utc_text(end_us)}"
        )


def holdout_start_us(dataset: Dataset) -> int:
    """Return where the hold-out begins."""
    return _checked_edges(dataset)[-2]


def part(dataset: Dataset, name: str) -> Part:
    """Return the part called `holdout` or `fold_<K>`.

    Raises:
        UsageError: there is no such part.
    """
    parts = {item.name: item for item in folds(dataset)}
    if name == HOLDOUT:
        return holdout(dataset)
    if name not in parts:
        raise UsageError(f"expected one of {', '.join([*parts, HOLDOUT])}, found {name!r}")
    return parts[name]


def compact(ts_us: int) -> str:
    """Return an instant as it stands in the name of a range: `20180124`, `20180125T120000`, microseconds after it."""
    return utc(ts_us).strftime("%Y%m%dT%H%M%S%f").removesuffix("000000").removesuffix("T000000")


def _checked_edges(dataset: Dataset) -> list[int]:
    edges = edges_us(dataset.tape.span_us, dataset.spec.split)
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise DataError("expected a tape long enough to divide into folds and a hold-out; import more trades")
    return edges


def sampling_us(span_us: int) -> int:
    """Return the period whose returns are tested: a day, or less where the span would have fewer than 60 of them."""
    return next((length for length in _SAMPLED_US if span_us >= _LEAST_SAMPLES * length), _SAMPLED_US[-1])
