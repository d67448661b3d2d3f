"""Names of what there is, told by folders and files alone: for completion, which must not load what reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from psky.app.workspace import Workspace

_SUMMARY = "tuning_summary_"


def symbols(workspace: Workspace) -> list[str]:
    """Return the symbols that have a store, or a folder of studies."""
    return sorted({*stores(workspace), *_folders(workspace.model_root)})


def stores(workspace: Workspace) -> list[str]:
    """Return the symbols that have a file where their store lies, readable or not."""
    files = workspace.data_root.glob("*/*.duckdb")
    return sorted(path.parent.name for path in files if path.stem == path.parent.name)


def studies(workspace: Workspace, symbol: str) -> list[str]:
    """Return the studies of a symbol.

    Raises:
        UsageError: it is no name of a symbol.
    """
    return sorted(_folders(workspace.studies_dir(symbol)))


def trials(workspace: Workspace, symbol: str, study: str) -> list[str]:
    """Return the numbers of the trials that have a tuning summary.

    Raises:
        UsageError: it is no name of a symbol or study.
    """
    stems = (path.stem for path in workspace.study_dir(symbol, study).glob(f"{_SUMMARY}*.json"))
    return sorted((stem.removeprefix(_SUMMARY) for stem in stems), key=lambda number: (len(number), number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecName:
    """A spec of a symbol by name: that of a trial, or, where `trial` is None, the one that a study's trials vary."""

    study: str
    trial: int | None

    def __str__(self) -> str:
        """Return the name as people read it."""
        return self.study if self.trial is None else f"{self.study} trial {self.trial}"


def specs(workspace: Workspace, symbol: str) -> list[SpecName]:
    """Return the specs of a symbol: of each study, then of its trials that have a tuning summary.

    Raises:
        UsageError: it is no name of a symbol.
    """
    return [
        SpecName(study=study, trial=trial)
        for study in studies(workspace, symbol)
        for trial in (None, *map(int, trials(workspace, symbol, study)))
    ]


def jobs(workspace: Workspace) -> list[str]:
    """Return the ids of the jobs."""
    return sorted(path.parent.name for path in (workspace.model_root / ".jobs").glob("*/job.json"))


def _folders(root: Path) -> Iterable[str]:
    return (path.name for path in root.glob("[!.]*") if path.is_dir())
