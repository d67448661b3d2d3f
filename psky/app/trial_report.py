"""What is known of a trial: its spec beside the defaults, what its model looks at, its last look at the hold-out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.app.backtest import load_backtest
from psky.app.studies import find_study
from psky.app.train import model_folder
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.learn.bundle import stored_gains
from psky.replay.context import shown_names
from psky.replay.periods import HOLDOUT
from psky.spec.codec import to_dict
from psky.spec.spec import Spec
from psky.tuning.study import read_record
from psky.tuning.summary import read_summary, summary_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value of a trial's spec beside psky's default; `tuned` says whether the study drew it."""

    name: str
    value: Any
    default: Any
    tuned: bool

    @property
    def changed(self) -> bool:
        """Whether it is not the default."""
        return bool(self.value != self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """A trial; what is None has not been made yet."""

    sections: Mapping[str, tuple[Setting, ...]]
    """The spec by section, in the order of its fields."""
    summary_path: Path
    has_summary: bool
    importance: Mapping[str, float] | None
    """Shares of the gain of the trained model's splits by column, the largest first."""
    holdout: BacktestView | None


def inspect_trial(workspace: Workspace, symbol: str, study: str, trial: int) -> TrialReport:
    """Return what is known of a trial.

    Raises:
        UsageError: no such study or trial, or one that finished no fold.
        MismatchError: its files are not those that this version writes.
        ModelError: the files of its model are damaged.
    """
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    model, path = model_folder(folder, trial), summary_path(folder, trial)
    return TrialReport(
        sections=_sections(summary.strategy, frozenset(read_record(folder).space.names)),
        summary_path=path,
        has_summary=path.exists(),
        importance=_importance(model, summary.strategy) if model.exists() else None,
        holdout=load_backtest(workspace, symbol, study, trial, HOLDOUT),
    )


def _importance(model: Path, spec: Spec) -> dict[str, float]:
    features, gains = stored_gains(model)
    total = float(gains.sum()) or 1.0
    shares = zip((*features, *shown_names(spec)), gains.tolist(), strict=True)
    return {name: gain / total for name, gain in sorted(shares, key=lambda pair: -pair[1])}


def _sections(spec: Spec, tuned: frozenset[str]) -> dict[str, tuple[Setting, ...]]:
    values, defaults = to_dict(spec), to_dict(Spec())
    return {
        section: tuple(
            Setting(name=name, value=value, default=defaults[section][name], tuned=f"{section}.{name}" in tuned)
            for name, value in fields.items()
        )
        for section, fields in values.items()
    }
