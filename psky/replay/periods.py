"""How the history of a tape is divided: walk-forward folds for tuning, then a hold-out that tuning never sees.

Rows are touches. A fold trains on rows whose outcome was known before the fold began, less the embargo, and is tested
on the rows decided inside it. Rows that could still be open at the last print before the hold-out belong to no fold, so
that no score depends on a price of the hold-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import DAY_US, SECOND_US, utc, utc_text
from psky.errors import DataError, UsageError
from psky.learn.splits import walk_forward
from psky.replay.dataset import Dataset
from psky.spec.sections import SplitSpec

HOLDOUT = "holdout"
_SAMPLED_US = (DAY_US, 8 * 3600 * SECOND_US, 4 * 3600 * SECOND_US, 3600 * SECOND_US)
_LEAST_SAMPLES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of history with the rows that train for it and the rows that test it.

    `train` and `test` are int64 row numbers; every row of `train` was decided and known before `start_us`.
    """

    name: str
    start_us: int
    end_us: int
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end_us - self.start_us) / (86_400 * SECOND_US)


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
    """
    *edges, _ = _checked_edges(dataset)
    closed = _closed_before_holdout(dataset)
    return [
        Part(
            name=f"fold_{number}",
            start_us=edges[number - 1],
            end_us=edges[number],
            train=split.train,
            test=split.test[closed[split.test]],
        )
        for number, split in enumerate(walk_forward(dataset.t0, dataset.t1, edges, _embargo_us(dataset)), start=1)
    ]


def holdout(dataset: Dataset) -> Part:
    """Return the hold-out, trained on all that was known before it.

    Raises:
        DataError: the tape is too short to be divided.
    """
    *_, start, end = _checked_edges(dataset)
    (split,) = walk_forward(dataset.t0, dataset.t1, [start, end], _embargo_us(dataset))
    return Part(name=HOLDOUT, start_us=start, end_us=end, train=split.train, test=split.test)


def stretch(dataset: Dataset, start_us: int, end_us: int) -> Part:
    """Return the part of history from `start_us` until before `end_us`, trained on what was known before it.

    One that ends before the hold-out begins tests no row that needs a print of the hold-out.

    Raises:
        UsageError: it does not lie within the tape, or ends before it starts.
    """
    first, last = dataset.tape.span_us
    if not first <= start_us < end_us <= last + 1:
        raise UsageError(
            f"expected a range within {utc_text(first)} to {utc_text(last)} UTC that ends after it starts, "
            f"found {utc_text(start_us)} to {utc_text(end_us)}"
        )
    (split,) = walk_forward(dataset.t0, dataset.t1, [start_us, end_us], _embargo_us(dataset))
    inside = end_us <= holdout_start_us(dataset)
    test = split.test[_closed_before_holdout(dataset)[split.test]] if inside else split.test
    name = f"range_{_compact(start_us)}_{_compact(end_us)}"
    return Part(name=name, start_us=start_us, end_us=end_us, train=split.train, test=test)


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


def _closed_before_holdout(dataset: Dataset) -> NDArray[np.bool_]:
    # A row is over by the first print from its latest end on; one that needs a print of the hold-out tests nothing.
    prints_us = dataset.tape.core.ts_us
    last_us = int(prints_us[np.searchsorted(prints_us, holdout_start_us(dataset)) - 1])
    return dataset.latest_end_us <= last_us


def _embargo_us(dataset: Dataset) -> int:
    return dataset.spec.split.embargo_s * SECOND_US


def _compact(ts_us: int) -> str:
    return utc(ts_us).strftime("%Y%m%dT%H%M%S").removesuffix("T000000")


def _checked_edges(dataset: Dataset) -> list[int]:
    edges = edges_us(dataset.tape.span_us, dataset.spec.split)
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise DataError("expected a tape long enough to divide into folds and a hold-out; import more trades")
    return edges


def sampling_us(span_us: int) -> int:
    """Return the period whose returns are tested: a day, or less where the span would have fewer than 60 of them."""
    return next((length for length in _SAMPLED_US if span_us >= _LEAST_SAMPLES * length), _SAMPLED_US[-1])
