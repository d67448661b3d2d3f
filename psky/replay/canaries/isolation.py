"""C4, C5 and C10: what is learnt comes from rows whose outcome was known, from nothing else, and always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from psky.domain.time import SECOND_US
from psky.learn.bundle import Bundle
from psky.learn.calibration.platt import Platt
from psky.learn.splits import leaked_rows
from psky.replay.canaries.finding import Finding
from psky.replay.canaries.subject import Subject
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import Part, folds, holdout
from psky.replay.run import evidence_of, train
from psky.spec.codec import replace as replace_values

Divide = Callable[[Dataset], list[Part]]
Fit = Callable[[Dataset, Part], Bundle]

_SEEDS = 2**31
_BORDERS = 20


def by_time(dataset: Dataset) -> list[Part]:
    """Return psky's own folds and hold-out."""
    return [*folds(dataset), holdout(dataset)]


def by_row_count(dataset: Dataset) -> list[Part]:
    """Leak (d): drop rows by number, half as many as a label spans in the median, however long the labels are."""
    row = np.arange(len(dataset.t0))
    spans = np.searchsorted(dataset.t0, dataset.labels_end_us, side="right") - row
    gap, borders = int(np.median(spans)) // 2, np.linspace(len(row) // 2, len(row) - 1, _BORDERS).astype(np.int64)
    return [
        Part(
            name=f"the split before row {border}",
            start_us=int(dataset.t0[border]),
            end_us=int(dataset.t0[-1]) + 1,
            train=row[: border - gap],
            test=row[border:],
        )
        for border in borders.tolist()
    ]


def purge(subject: Subject, divide: Divide = by_time) -> Finding:
    """C4: in each part, every label of the training rows ends before the part begins, less the embargo."""
    dataset, parts = subject.dataset, divide(subject.dataset)
    embargo_us = subject.spec.split.embargo_s * SECOND_US
    late = {part.name: leaked_rows(part.train, dataset.labels_end_us, part.start_us, embargo_us).size for part in parts}
    leaking = [f"{rows} training rows of {name} end too late" for name, rows in late.items() if rows]
    return Finding(checked=len(parts), unit="splits", faults=len(leaking), reason="; ".join(leaking[:1]))


def calibrated_on_test(dataset: Dataset, part: Part) -> Bundle:
    """Leak (e): fit the calibration map to the rows of the test."""
    bundle = train(dataset, part)
    rows = part.test[dataset.resolved[part.test]]
    p = evidence_of(dataset, rows, bundle).p
    bundle.model.calibrator_ = Platt.fit(p, dataset.target_first[rows], smoothed=True)
    return bundle


def isolation(subject: Subject, fit: Fit = train) -> Finding:
    """C5: with other prints from the start of a fold on, all that is fitted for it stays the same to the bit."""
    parts = folds(subject.dataset)
    changed = [part.name for part in parts if not _unmoved(subject, part.name, fit)]
    reason = f"the model of {changed[0]} changes with what it is tested on" if changed else ""
    return Finding(checked=len(parts), unit="folds", faults=len(changed), reason=reason)


def seeded_by_chance(dataset: Dataset, part: Part) -> Bundle:
    """Leak: train on half of the rows, drawn by a new seed each time."""
    seed = int(np.random.default_rng().integers(_SEEDS))
    spec = replace_values(dataset.spec, {"model.seed": seed, "model.row_share": 0.5})
    return train(replace(dataset, spec=spec), part)


def determinism(subject: Subject, fit: Fit = train) -> Finding:
    """C10: building the dataset and fitting twice gives the same bits."""
    twice = [build_dataset(subject.tape(subject.trades), subject.spec) for _ in range(2)]
    digests = [[fit(dataset, part).digest for part in folds(dataset)] for dataset in twice]
    differing = sum(one != other for one, other in zip(*digests, strict=True))
    reason = f"{differing} of {len(digests[0])} models differ when fitted again" if differing else ""
    return Finding(checked=len(digests[0]), unit="models", faults=differing, reason=reason)


def _unmoved(subject: Subject, name: str, fit: Fit) -> bool:
    dataset = subject.dataset
    part = _named(dataset, name)
    row = int(np.searchsorted(dataset.tape.core.ts_us, part.start_us))
    other = build_dataset(subject.tape(subject.with_another_future(row)), subject.spec)
    return fit(dataset, part).digest == fit(other, _named(other, name)).digest


def _named(dataset: Dataset, name: str) -> Part:
    return next(part for part in folds(dataset) if part.name == name)
