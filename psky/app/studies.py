"""Studies and trials, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from psky.app.names import SpecName
from psky.app.views import FoldView, StudyView, TrialView
from psky.app.workspace import Workspace
from psky.domain.instrument import label_of
from psky.errors import MismatchError, StoreError, UsageError
from psky.spec.spec import Spec
from psky.tuning.records import REASON, FoldRecord, fold_records
from psky.tuning.study import Trial, best_of, exists, feasible, read_record, read_trials, state_word
from psky.tuning.summary import TuningSummary, read_summary


def list_studies(workspace: Workspace, symbol: str | None = None) -> list[StudyView]:
    """Return the studies of a symbol, or of every symbol, by symbol and name; one that cannot be read says why."""
    if symbol is not None or workspace.model_dir is not None:
        folders = [workspace.studies_dir(symbol or "any")]
    else:
        folders = sorted(workspace.model_root.glob("[!.]*"))
    found = (_listed(study) for folder in folders for study in sorted(folder.glob("[!.]*")))
    return [view for view in found if view is not None]


def list_trials(workspace: Workspace, symbol: str, study: str) -> list[TrialView]:
    """Return all trials of a study, in order of their numbers.

    Raises:
        UsageError: there is no such study.
    """
    return [_trial_view(trial) for trial in read_trials(find_study(workspace, symbol, study))]


def find_study(workspace: Workspace, symbol: str, study: str) -> Path:
    """Return the folder of a study.

    Raises:
        UsageError: there is no such study; the message names those that there are.
    """
    folder = workspace.study_dir(symbol, study)
    if exists(folder):
        return folder
    known = [view.study for view in list_studies(workspace, symbol)]
    there = f"there are: {', '.join(known)}" if known else f"there is none yet: psky tune run {symbol}"
    raise UsageError(f"expected a study of {symbol}, found {study!r}; {there}")


def spec_of(workspace: Workspace, symbol: str, name: SpecName) -> Spec:
    """Return the spec of a trial, or the one that a study's trials vary.

    Raises:
        UsageError: there is no such study or trial, or the trial finished no fold.
        MismatchError: its files are not those that this version writes.
    """
    folder = find_study(workspace, symbol, name.study)
    return read_record(folder).base if name.trial is None else read_summary(folder, name.trial).strategy


def latest_verdict(folder: Path) -> TuningSummary | None:
    """Return the summary with the last verdict on the study in `folder`: the one on the most trials."""
    judged = [summary for summary in _summaries(folder) if summary.edge is not None]
    return max(judged, key=lambda summary: summary.trials, default=None)


def _listed(folder: Path) -> StudyView | None:
    try:
        return _study_view(folder) if exists(folder) else None
    except (MismatchError, StoreError) as error:  # it must not hide the others
        return StudyView(
            symbol=folder.parent.name,
            label=folder.parent.name,
            study=folder.name,
            trials=0,
            complete=0,
            pruned=0,
            best_trial=None,
            best_score=None,
            edge=None,
            folder=folder,
            problem=str(error),
        )


def _study_view(folder: Path) -> StudyView:
    record, trials = read_record(folder), read_trials(folder)
    states = [state_word(trial) for trial in trials]
    best, verdict = best_of(trials), latest_verdict(folder)
    return StudyView(
        symbol=record.symbol,
        label=label_of(record.symbol, synthetic=record.synthetic),
        study=record.study,
        trials=len(trials),
        complete=states.count("complete"),
        pruned=states.count("pruned"),
        best_trial=best.number if best else None,
        best_score=best.value if best else None,
        edge=None if verdict is None else verdict.edge,
        folder=folder,
    )


def _summaries(folder: Path) -> Iterator[TuningSummary]:
    for path in folder.glob("tuning_summary_*.json"):
        # One summary of another version must not hide all the other studies.
        with suppress(MismatchError, UsageError):
            yield read_summary(folder, int(path.stem.rpartition("_")[2]))


def _trial_view(trial: Trial) -> TrialView:
    folds = fold_records(trial)
    trades = sum(fold.trades for fold in folds)
    wins = sum((fold.win_rate or 0.0) * fold.trades for fold in folds)
    days = sum(fold.days for fold in folds)
    net_r = sum(fold.net_r for fold in folds)
    return TrialView(
        number=trial.number,
        state=state_word(trial),
        score=trial.value if state_word(trial) == "complete" else None,
        feasible=feasible(trial),
        net_r=net_r,
        net_r_per_day=net_r / days if days else 0.0,
        trades=trades,
        win_rate=wins / trades if trades else None,
        max_drawdown_r=max((fold.max_drawdown_r for fold in folds), default=0.0),
        duration_s=trial.duration.total_seconds() if trial.duration else None,
        params=trial.params,
        folds=tuple(_fold_view(fold) for fold in folds),
        reason=str(trial.user_attrs.get(REASON, "")),
    )


def _fold_view(fold: FoldRecord) -> FoldView:
    return FoldView(
        fold=fold.fold,
        score=fold.score,
        trades=fold.trades,
        net_r=fold.net_r,
        win_rate=fold.win_rate,
        max_drawdown_r=fold.max_drawdown_r,
        digest=fold.digest,
    )
