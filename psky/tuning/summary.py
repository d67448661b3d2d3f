"""`tuning_summary_<trial>.json`: all that is known of a tuned trial, enough to train and to replay it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
from optuna.trial import FrozenTrial

from psky.domain.files import write_json
from psky.errors import MismatchError, UsageError
from psky.market.features import schema_digest
from psky.replay.statistics.edge import EdgeVerdict
from psky.spec.codec import from_dict, to_dict
from psky.spec.spec import Spec
from psky.tuning.records import FoldRecord, fold_records
from psky.tuning.selection import Candidate
from psky.tuning.space import spec_of
from psky.tuning.study import StudyRecord, feasible, read_record, read_trials

SCHEMA_VERSION = 1


class HoldoutRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The one look that a study's winner took at the hold-out."""

    digest: str
    metrics: dict[str, Any]


class TuningSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A tuned trial. `edge`, `statistics` and `holdout` are there for a study's winner only, or for its best trial."""

    schema_version: int
    study: str
    symbol: str
    synthetic: bool
    trial: int
    score: float | None
    feasible: bool
    params: dict[str, Any]
    spec: dict[str, Any]
    spec_fingerprint: str
    tape_fingerprint: str
    schema_digest: str
    psky_version: str
    trials: int
    folds: list[FoldRecord]
    candidate: Candidate | None = None
    """How it did on the splits of the hold-out; None for a trial that was not shown them."""
    candidates: int = 0
    """How many trials were shown the hold-out."""
    edge: str | None = None
    reasons: list[str] = []
    statistics: EdgeVerdict | None = None
    """Written as an empty object where there is none."""
    holdout: HoldoutRecord | None = None

    @property
    def strategy(self) -> Spec:
        """The spec of the trial."""
        return from_dict(self.spec)

    @property
    def figures(self) -> dict[str, Any]:
        """The statistics by name, as they are written."""
        return {} if self.statistics is None else dataclasses.asdict(self.statistics)


def summarise(record: StudyRecord, trial: FrozenTrial, trials: int) -> TuningSummary:
    """Return the summary of one trial, without a verdict."""
    spec = spec_of(trial.params, record.base)
    return TuningSummary(
        schema_version=SCHEMA_VERSION,
        study=record.study,
        symbol=record.symbol,
        synthetic=record.synthetic,
        trial=trial.number,
        score=trial.value,
        feasible=feasible(trial),
        params=trial.params,
        spec=to_dict(spec),
        spec_fingerprint=spec.fingerprint,
        tape_fingerprint=record.tape_fingerprint,
        schema_digest=schema_digest(spec),
        psky_version=record.psky_version,
        trials=trials,
        folds=fold_records(trial),
    )


def summary_path(folder: Path, trial: int) -> Path:
    """Where the summary of a trial lies."""
    return folder / f"tuning_summary_{trial}.json"


def write_summary(folder: Path, summary: TuningSummary) -> Path:
    """Write a summary into its study's folder, whole or not at all."""
    written = msgspec.structs.asdict(summary) | {"statistics": summary.figures}
    return write_json(summary_path(folder, summary.trial), written)


def read_summary(folder: Path, trial: int) -> TuningSummary:
    """Return the summary of a trial, from its file or else from the study.

    Raises:
        UsageError: the study has no such trial, or it never finished a fold.
        MismatchError: the file is not a summary, is another trial's, or its spec is not the one it names.
    """
    path = summary_path(folder, trial)
    if not path.exists():
        return _from_study(folder, trial)
    summary = load_summary(path)
    if summary.trial != trial:
        raise MismatchError(f"{path}: expected the summary of trial {trial}, found that of trial {summary.trial}")
    return summary


def load_summary(path: Path) -> TuningSummary:
    """Return the summary in a file.

    Raises:
        UsageError: there is no such file.
        MismatchError: the file is not a summary, or its spec is not the one it names.
    """
    if not path.is_file():
        raise UsageError(f"expected a tuning_summary_<n>.json, found no file {path}")
    try:
        summary = msgspec.convert(_judged_or_none(msgspec.json.decode(path.read_bytes())), TuningSummary)
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected a tuning summary, found: {error}") from error
    if summary.strategy.fingerprint != summary.spec_fingerprint:
        found = summary.strategy.fingerprint
        raise MismatchError(
            f"{path}: expected spec {summary.spec_fingerprint}, found {found}: it was edited, or is another version's"
        )
    return summary


def _judged_or_none(found: Any) -> Any:  # noqa: ANN401 - whatever a file of JSON holds
    unjudged = isinstance(found, dict) and found.get("statistics") == {}
    return found | {"statistics": None} if unjudged else found


def _from_study(folder: Path, number: int) -> TuningSummary:
    trials = read_trials(folder)
    found = [trial for trial in trials if trial.number == number and fold_records(trial)]
    if not found:
        known = [str(trial.number) for trial in trials if fold_records(trial)]
        raise UsageError(f"expected a trial that finished a fold ({', '.join(known) or 'none'}), found {number}")
    return summarise(read_record(folder), found[0], len(trials))
