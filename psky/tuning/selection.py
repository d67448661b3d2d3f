"""Which trial wins: the best by score, near-duplicates dropped, look at the test split; survivors once at the shadow.

Selection decides. The winner is the best candidate by its score in tuning that passes both splits, or nobody; how well
it does on the hold-out does not lift it above another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from psky.domain.files import write_json
from psky.errors import MismatchError, ModelError
from psky.market.tape import MarketTape
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import holdout, holdout_halves
from psky.replay.run import replay_part, train
from psky.spec.sections import SelectionSpec
from psky.tuning.filters import Shown, Status, shown_on_shadow, shown_on_test
from psky.tuning.records import Tried, periods_of, returns_matrix
from psky.tuning.space import spec_of
from psky.tuning.study import StudyRecord, feasible

_FILE = "selection.json"

Look = Callable[[int, str], None]
"""Called with a trial and a purpose before each look at a part of the hold-out."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that was shown a part of the hold-out, and how it did."""

    trial: int
    score: float
    status: Status
    test: Shown | None
    """None where the trial could not be trained."""
    shadow: Shown | None
    """None where it did not get so far."""
    reasons: list[str]


def candidates(tried: Tried, selection: SelectionSpec) -> list[FrozenTrial]:
    """Return the feasible trials that may look at the hold-out, best first."""
    trials = tried.trials
    ranked = sorted((trial for trial in trials if feasible(trial)), key=lambda trial: (-_score(trial), trial.number))
    share = round(len(trials) * selection.candidate_share)
    most = min(max(share, selection.min_candidates), selection.max_candidates)
    matrix, numbers = returns_matrix(replace(tried, trials=ranked), periods_of(tried))
    column = {number: matrix[:, place] for place, number in enumerate(numbers)}
    chosen: list[FrozenTrial] = []
    for trial in ranked:
        alike = (_correlation(column[trial.number], column[other.number]) for other in chosen)
        if len(chosen) < most and all(value <= selection.max_correlation for value in alike):
            chosen.append(trial)
    return chosen


def select(
    tape: MarketTape, record: StudyRecord, trials: list[FrozenTrial], folder: Path, look: Look
) -> list[Candidate]:
    """Show the candidates of the study in `folder` their splits of the hold-out; return them, best first.

    What a candidate did is kept in `selection.json`: one that was seen before is not looked at again.
    """
    known = {candidate.trial: candidate for candidate in read_candidates(folder)}
    chosen = candidates(Tried(trials=trials, period_us=record.period_us), record.base.selection)
    for trial in chosen:
        if trial.number not in known:
            known[trial.number] = _examined(tape, record, trial, look)
            write_json(folder / _FILE, list(known.values()))
    return [known[trial.number] for trial in chosen]


def read_candidates(folder: Path) -> list[Candidate]:
    """Return all trials of a study that were ever shown the hold-out, in the order in which they were.

    Raises:
        MismatchError: the file is not one that this version writes.
    """
    path = folder / _FILE
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Candidate])
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected candidates of a study, found: {error}") from error


def winner_of(found: list[Candidate]) -> Candidate | None:
    """Return the best candidate that passed, if any did."""
    return next((candidate for candidate in found if candidate.status == "pass"), None)


def _examined(tape: MarketTape, record: StudyRecord, trial: FrozenTrial, look: Look) -> Candidate:
    dataset = build_dataset(tape, spec_of(trial.params, record.base))
    found = Candidate(trial=trial.number, score=_score(trial), status="fail", test=None, shadow=None, reasons=[])
    try:
        return _seen(dataset, found, look)
    except ModelError as error:
        return msgspec.structs.replace(found, reasons=[str(error)])


def _seen(dataset: Dataset, found: Candidate, look: Look) -> Candidate:
    spec, (test_part, shadow_part) = dataset.spec, holdout_halves(dataset)
    bundle = train(dataset, holdout(dataset))
    look(found.trial, "test split")
    test = shown_on_test(replay_part(dataset, test_part, bundle), spec)
    if test.reasons:
        return msgspec.structs.replace(found, test=test, reasons=test.reasons)
    look(found.trial, "shadow split")
    shadow = shown_on_shadow(replay_part(dataset, shadow_part, bundle), spec, test)
    status: Status = "review" if shadow.reasons else "pass"
    return msgspec.structs.replace(found, status=status, test=test, shadow=shadow, reasons=shadow.reasons)


def _score(trial: FrozenTrial) -> float:
    return -np.inf if trial.value is None else trial.value


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    spread = np.std(one) * np.std(other)
    if spread == 0:  # of two that never traded, one is enough
        return float(np.array_equal(one, other))
    return float(np.mean((one - one.mean()) * (other - other.mean())) / spread)
