"""What a command would do, worked out without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.app.backtest import BacktestRequest, load_result
from psky.app.data import load_tape
from psky.app.live import LiveRequest, prepare
from psky.app.overrides import override
from psky.app.studies import find_study
from psky.app.train import checked_tape, config_path, model_folder
from psky.app.tune import TuneRequest, study_record
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.ingest.importer import plan_import as plan_files
from psky.ingest.report import FileStatus
from psky.live.folder import live_root
from psky.live.limits import LiveLimits
from psky.live.start import session_folder
from psky.replay.periods import HOLDOUT, check_stretch, edges_us
from psky.spec.codec import differences
from psky.spec.sections import SplitSpec
from psky.spec.spec import Spec
from psky.tuning.study import exists, read_record
from psky.tuning.summary import read_summary

_BEFORE = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file and what an import would make of it."""

    name: str
    bytes: int
    status: FileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of history, us since the epoch, UTC, its end excluded."""

    name: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningPlan:
    """What a tuning run would do."""

    symbol: str
    study: str
    continues: bool
    """Whether the study is there already."""
    trials: int
    changes: dict[str, tuple[Any, Any]]
    """What the spec that is varied changes: dotted name -> (default, value)."""
    space: dict[str, str]
    """What is tuned: dotted name -> range or choices."""
    periods: tuple[Period, ...]
    """What comes before the first fold (`train`), the folds, and the hold-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPlan:
    """What a backtest would do."""

    study: str
    trial: int
    replayed: Period
    changes: dict[str, tuple[Any, Any]]
    """Overrides: dotted name -> (tuned value, value used)."""
    retrains: tuple[str, ...]
    """Those that the tuned model does not fit."""
    looks: bool
    """Whether it would count as a look at the hold-out."""
    replaces: Path | None
    """The result that it would be written over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What a training would do."""

    study: str
    trial: int
    train: Period
    """Touches that were decided, and whose outcome was known, in this time; the hold-out begins at its end."""
    config_path: Path
    model_folder: Path
    replaces: bool
    """Whether there is a model already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlan:
    """What a live session would do."""

    symbol: str
    study: str
    trial: int
    environment: str
    real_money: bool
    keys: str
    """Where they were found; never what they are."""
    goes_on: str | None
    """The session that was cut off and would be gone on with, None for a new one."""
    limits: LiveLimits


def plan_import(workspace: Workspace, symbol: str, paths: Sequence[Path]) -> tuple[PlannedFile, ...]:
    """Return what an import of `paths` would do, file by file.

    Raises:
        UsageError: no files, an impossible symbol name, or a symbol that holds a synthetic tape.
        DataError: a path cannot be read.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    found = plan_files(workspace.store_path(symbol), paths, symbol)
    return tuple(PlannedFile(name=file.name, bytes=file.bytes, status=status) for file, status in found)


def plan_tuning(workspace: Workspace, request: TuneRequest) -> TuningPlan:
    """Return what a tuning run would do.

    Raises:
        UsageError: no such symbol.
        SpecError: a search space or a fixed value that cannot be.
    """
    tape = load_tape(workspace, request.symbol)
    folder = workspace.study_dir(request.symbol, request.study)
    known = read_record(folder) if exists(folder) else None
    record = study_record(tape, request, known)
    return TuningPlan(
        symbol=request.symbol,
        study=request.study,
        continues=known is not None,
        trials=request.trials,
        changes=differences(record.base, Spec()),
        space={parameter.name: parameter.wanted for parameter in record.space.parameters},
        periods=_periods(tape.span_us, record.base.split),
    )


def plan_backtest(workspace: Workspace, request: BacktestRequest) -> BacktestPlan:
    """Return what a backtest would do.

    Raises:
        UsageError: no such symbol, study, trial or fold, or a range outside the tape or that ends before it starts.
        OverrideError: overrides that were not allowed.
        SpecError: an override of a name that no spec has, or by an impossible value.
        MismatchError: the tape is not the one that the trial was tuned on.
    """
    summary = read_summary(find_study(workspace, request.symbol, request.study), request.trial)
    overrides = override(summary.strategy, request.changes, allowed=request.allow_override)
    tape = checked_tape(workspace, request.symbol, summary)
    periods = {period.name: period for period in _periods(tape.span_us, summary.strategy.split)}
    period = _replayed(request, periods, tape.span_us)
    known = load_result(workspace, request)
    return BacktestPlan(
        study=request.study,
        trial=request.trial,
        replayed=period,
        changes=overrides.changed,
        retrains=overrides.retrains,
        looks=period.end_us > periods[HOLDOUT].start_us,
        replaces=None if known is None else known.folder,
    )


def _replayed(request: BacktestRequest, periods: dict[str, Period], span_us: tuple[int, int]) -> Period:
    if request.start_us is None and request.end_us is None:
        parts = [name for name in periods if name != _BEFORE]
        if request.part not in parts:
            raise UsageError(f"expected one of {', '.join(parts)}, found {request.part!r}")
        return periods[request.part]
    start_us = periods["fold_1"].start_us if request.start_us is None else request.start_us
    end_us = periods[HOLDOUT].end_us if request.end_us is None else request.end_us
    check_stretch(span_us, start_us, end_us)
    return Period(name="range", start_us=start_us, end_us=end_us)


def plan_training(workspace: Workspace, symbol: str, study: str, trial: int) -> TrainingPlan:
    """Return what a training would do.

    Raises:
        UsageError: no such symbol, study or trial.
        MismatchError: the tape is not the one that the trial was tuned on.
    """
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    tape = checked_tape(workspace, symbol, summary)
    *_, held_out = _periods(tape.span_us, summary.strategy.split)
    return TrainingPlan(
        study=study,
        trial=trial,
        train=Period(name="train", start_us=tape.span_us[0], end_us=held_out.start_us),
        config_path=config_path(folder, trial),
        model_folder=model_folder(folder, trial),
        replaces=model_folder(folder, trial).exists(),
    )


def plan_live(workspace: Workspace, request: LiveRequest, limits: LiveLimits) -> LivePlan:
    """Return what a live session would do. Raises as `prepare`, and LiveError where one is open with another model."""
    plan = prepare(workspace, request, limits)
    folder = session_folder(plan, live_root(workspace.model_root, request.symbol))
    return LivePlan(
        symbol=plan.symbol,
        study=plan.study,
        trial=plan.trial,
        environment=plan.environment.name,
        real_money=plan.environment.real_money,
        keys=plan.keys.source,
        goes_on=folder.name if folder.path.exists() else None,
        limits=limits,
    )


def _periods(span_us: tuple[int, int], split: SplitSpec) -> tuple[Period, ...]:
    edges = [span_us[0], *edges_us(span_us, split)]
    names = [_BEFORE, *(f"fold_{number}" for number in range(1, split.folds + 1)), HOLDOUT]
    bounds = zip(names, edges, edges[1:], strict=False)
    return tuple(Period(name=name, start_us=start, end_us=end) for name, start, end in bounds)
