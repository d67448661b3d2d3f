"""Whether a study found an edge: the winner's one look at the hold-out, judged beside all trials it was picked from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from psky.market.tape import MarketTape
from psky.replay.dataset import build_dataset
from psky.replay.periods import edges_us, holdout, sampling_us
from psky.replay.run import proven, replay_part, returns_of, stressed_net_r, train
from psky.replay.statistics.edge import judge
from psky.spec.spec import Spec
from psky.tuning.records import Tried, periods_of, returns_matrix
from psky.tuning.study import StudyRecord
from psky.tuning.summary import HoldoutRecord, TuningSummary, summarise


def period_us(tape: MarketTape, spec: Spec) -> int:
    """Return the period whose returns are tested, by the length of the folds."""
    edges = edges_us(tape.span_us, spec.split)
    return sampling_us(edges[-2] - edges[0])


def judged_summary(
    tape: MarketTape,
    record: StudyRecord,
    winner: FrozenTrial,
    trials: list[FrozenTrial],
    others: Sequence[Tried],
    *,
    looked: int,
) -> TuningSummary:
    """Return the winner's summary with its hold-out and the verdict on the study.

    On the hold-out only what prints prove fills, by whatever rule the study was tuned: an edge must survive it.
    `others` are the trials of other studies of the same tape: they too were tried. `looked` candidates were shown the
    hold-out, those of the other studies included.

    Raises:
        ModelError: the winner cannot be trained on what lies before the hold-out.
    """
    summary = summarise(record, winner, len(trials))
    dataset = build_dataset(tape, summary.strategy)
    part = holdout(dataset)
    run = replay_part(dataset, part, train(dataset, part))
    shown = proven(dataset, run)
    own = Tried(trials=trials, period_us=record.period_us)
    returns, numbers = returns_beside(own, others)
    verdict = judge(
        trial_returns=returns,
        winner=numbers.index(winner.number),
        holdout_returns=returns_of(dataset, shown, record.period_us),
        holdout_net_r=shown.ledger.trades["net_r"],
        double_cost_net_r=stressed_net_r(dataset, run, 2),
        looked=looked,
    )
    return msgspec.structs.replace(
        summary,
        edge=verdict.word,
        reasons=list(verdict.reasons),
        statistics=verdict,
        holdout=HoldoutRecord(digest=run.ledger.digest, metrics=dataclasses.asdict(run.metrics)),
    )


def returns_beside(own: Tried, others: Sequence[Tried]) -> tuple[NDArray[np.float64], list[int]]:
    """Return the returns of a study's trials, with their numbers, beside those of other studies in the same periods.

    float64 (T, N), the study's own columns first.
    """
    periods = periods_of(own)
    returns, numbers = returns_matrix(own, periods)
    return np.hstack([returns, *(returns_matrix(tried, periods)[0] for tried in others)]), numbers
