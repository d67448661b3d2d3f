"""Backtest a tuned trial with the function that scored it: on the hold-out, on a fold, or on any range of time."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from psky.app.overrides import Overrides, override
from psky.app.studies import find_study
from psky.app.train import checked_tape, load_trained, model_folder, train_on
from psky.app.views import BacktestView, TradeView
from psky.app.workspace import Workspace
from psky.backtest.examine import Circumstances, examine
from psky.backtest.findings import Training
from psky.backtest.report import write_report
from psky.backtest.result import BacktestResult, read_result, result_path, write_result
from psky.backtest.tables import price_path, read_trades, trades_table, write_tables
from psky.domain.progress import OnProgress, steps
from psky.domain.text import part_title
from psky.learn.bundle import Bundle
from psky.log import logger
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import HOLDOUT, Part, compact, edges_us, holdout, holdout_start_us, part, stretch
from psky.replay.run import Run, replay_part, train
from psky.tuning.looks import BACKTEST, backtests, count_look
from psky.tuning.space import on_edge
from psky.tuning.study import read_record
from psky.tuning.summary import TuningSummary, read_summary

_LOG = logger(__name__)
_TIME = r"\d{8}(T\d{6}(\d{6})?)?"
"""Any time in the name of a range."""
_STEPS = ("reading the tape", "features, touches and outcomes", "model", "replay", "ladder, stress, report", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRequest:
    """What to replay: `part` (`holdout` or `fold_<K>`), or a range where a start or an end is given, in us.

    A range without a start begins with the first fold, one without an end runs to the end of the tape. `changes`
    override tuned settings, dotted name -> value.
    """

    symbol: str
    study: str
    trial: int
    part: str = HOLDOUT
    start_us: int | None = None
    end_us: int | None = None
    changes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    allow_override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """A trial with the history it is to be replayed on."""

    folder: Path
    summary: TuningSummary
    overrides: Overrides
    dataset: Dataset
    part: Part


def run_backtest(workspace: Workspace, request: BacktestRequest, *, on_progress: OnProgress) -> BacktestView:
    """Replay a trial on a part of history; write tables and report.

    The hold-out, and a range inside it, are replayed with the trial's model, which is trained first if there is none;
    all else with a model trained on what was known before its start. Overrides that reach features, labels or training
    are replayed with a model trained anew. Whatever shows a print of the hold-out counts as a look at it.

    Raises:
        UsageError: no such symbol, study, trial or fold, or an impossible range.
        OverrideError: overrides that were not allowed.
        SpecError: an override of a name that no spec has, or by an impossible value.
        MismatchError: tape, spec, schema or version are not those of the trial.
        ModelError: too little was known before the start to train on.
    """
    say = steps(_STEPS, on_progress)
    scene = _scene(workspace, request, say)
    say(2)
    bundle, note = _bundle(scene)
    looks = _look(scene)
    say(3)
    run = replay_part(scene.dataset, scene.part, bundle)
    say(4)
    view = _write(scene, run, _training(bundle, note), looks)
    say(5)
    _LOG.info("backtest", study=request.study, trial=request.trial, part=run.part.name, digest=run.ledger.digest)
    return view


def load_backtest(workspace: Workspace, symbol: str, study: str, trial: int, part_name: str) -> BacktestView | None:
    """Return the last backtest of a trial as tuned on a part of history, None where there is none.

    Raises:
        UsageError: no such study.
        MismatchError: the files are not those that this version writes.
    """
    folder = _folder(find_study(workspace, symbol, study), trial, part_name)
    return read_view(folder)


def load_result(workspace: Workspace, request: BacktestRequest) -> BacktestView | None:
    """Return the last backtest that answers a request, None where there is none; an open end of a range fits any.

    Raises:
        UsageError: no such study or trial.
        SpecError: an override of a name that no spec has, or by an impossible value.
        OverrideError: one that would move the hold-out.
        MismatchError: the files are not those that this version writes.
    """
    study = find_study(workspace, request.symbol, request.study)
    overrides = None
    if request.changes:
        overrides = override(read_summary(study, request.trial).strategy, request.changes, allowed=True)
    pattern = _folder(study, request.trial, _part_pattern(request), overrides)
    named = (folder for folder in pattern.parent.glob("*") if re.fullmatch(pattern.name, folder.name))
    found = [folder for folder in named if result_path(folder).exists()]
    return read_view(max(found, key=lambda folder: result_path(folder).stat().st_mtime_ns)) if found else None


def _part_pattern(request: BacktestRequest) -> str:
    if request.start_us is None and request.end_us is None:
        return request.part
    ends = (request.start_us, request.end_us)
    return "_".join(["range", *(_TIME if end is None else compact(end) for end in ends)])


def read_view(folder: Path) -> BacktestView | None:
    """Return the backtest that was written to `folder`, None where none was finished.

    Raises:
        MismatchError: the files are not those that this version writes.
    """
    result = read_result(folder)
    return None if result is None else view_result(folder, result)


def backtest_id(result: BacktestResult, folder: Path) -> str:
    """Return the name under which a backtest is listed and compared: `BTCUSDT/first/trial_17_holdout`."""
    return f"{result.symbol}/{result.study}/{folder.name}"


def _scene(workspace: Workspace, request: BacktestRequest, say: Callable[[int], None]) -> _Scene:
    folder = find_study(workspace, request.symbol, request.study)
    summary = read_summary(folder, request.trial)
    overrides = override(summary.strategy, request.changes, allowed=request.allow_override)
    say(0)
    tape = checked_tape(workspace, request.symbol, summary)
    say(1)
    if overrides.retrains:
        dataset = build_dataset(tape, overrides.spec)
    else:  # features, touches and outcomes are those that were tuned
        dataset = dataclasses.replace(build_dataset(tape, summary.strategy), spec=overrides.spec)
    chosen = _part(dataset, request)
    return _Scene(folder=folder, summary=summary, overrides=overrides, dataset=dataset, part=chosen)


def _part(dataset: Dataset, request: BacktestRequest) -> Part:
    if request.start_us is None and request.end_us is None:
        return part(dataset, request.part)
    *starts, end = edges_us(dataset.tape.span_us, dataset.spec.split)
    start_us = starts[0] if request.start_us is None else request.start_us
    return stretch(dataset, start_us, end if request.end_us is None else request.end_us)


def _bundle(scene: _Scene) -> tuple[Bundle, str]:
    """Return the model to replay, and whose it is in words."""
    dataset, chosen, retrains = scene.dataset, scene.part, scene.overrides.retrains
    after = chosen.start_us >= holdout_start_us(dataset)
    inside = "the range" if chosen.name.startswith("range") else part_title(chosen.name)
    before = "the hold-out" if after else f"{inside} began"
    if retrains or not after:
        known = dataclasses.replace(chosen, train=holdout(dataset).train) if after else chosen
        why = f", anew since {', '.join(retrains)} was overridden" if retrains else ""
        return train(dataset, known), f"trained on what was known before {before}{why}"
    tuned = dataclasses.replace(dataset, spec=scene.summary.strategy)
    if not model_folder(scene.folder, scene.summary.trial).exists():
        train_on(tuned, scene.folder, scene.summary)
    return load_trained(scene.folder, scene.summary.trial, tuned), f"the trial's own, trained before {before}"


def _look(scene: _Scene) -> int | None:
    """Count a look at the hold-out where the part shows any of it, and return how many there have been."""
    if scene.part.end_us <= holdout_start_us(scene.dataset):
        return None
    shown = f"{scene.part.name} {scene.overrides.spec.fingerprint}"
    return count_look(scene.folder, trial=scene.summary.trial, purpose=BACKTEST, shown=shown)


def _training(bundle: Bundle, note: str) -> Training:
    on = bundle.trained_on
    return Training(rows=on.rows, start_us=on.start_us, end_us=on.end_us, note=note)


def _write(scene: _Scene, run: Run, training: Training, looks: int | None) -> BacktestView:
    overrides = scene.overrides
    target = _folder(scene.folder, scene.summary.trial, run.part.name, overrides)
    target.mkdir(parents=True, exist_ok=True)
    result_path(target).unlink(missing_ok=True)
    trades = trades_table(scene.dataset, run)
    about = Circumstances(
        study=scene.summary.study,
        trial=scene.summary.trial,
        tuned_digest=None if overrides.changed else _tuned_digest(scene.summary, run.part.name),
        training=training,
        holdout_looks=looks,
        holdout_backtests=None if looks is None else backtests(scene.folder),
        overrides=overrides.changed,
        edges=on_edge(read_record(scene.folder).space, scene.summary.params),
        fold_r_per_day=tuple(fold.net_r_per_day for fold in scene.summary.folds),
    )
    result = examine(scene.dataset, run, trades, about)
    write_tables(target, run, trades)
    write_report(target, result, trades, price_path(scene.dataset, run.part))
    write_result(target, result)
    return view_result(target, result)


def _tuned_digest(summary: TuningSummary, part_name: str) -> str | None:
    if part_name == HOLDOUT:
        return summary.holdout.digest if summary.holdout else None
    return next((fold.digest for fold in summary.folds if f"fold_{fold.fold}" == part_name), None)


def _folder(study_folder: Path, trial: int, part_name: str, overrides: Overrides | None = None) -> Path:
    """Overridden results never take the place of tuned ones: each spec has a folder of its own."""
    other = f"_set_{overrides.spec.fingerprint[:8]}" if overrides and overrides.changed else ""
    return study_folder / "backtests" / f"trial_{trial}_{part_name}{other}"


def view_result(folder: Path, result: BacktestResult) -> BacktestView:
    """Return a result in `folder` with its trades, as it is shown."""
    rows = read_trades(folder).iter_rows(named=True)
    names = TradeView.__dataclass_fields__
    return BacktestView(
        id=backtest_id(result, folder),
        result=result,
        trades=tuple(TradeView(**{name: row[name] for name in names}) for row in rows),
        folder=folder,
    )
