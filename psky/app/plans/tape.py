"""What would be done to a symbol's store: trades imported or generated, funding imported."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psky.app.data import known_store, synthetic_params
from psky.app.workspace import Workspace
from psky.ingest.funding import read_stamps
from psky.ingest.importer import files_of
from psky.ingest.importer import plan_import as plan_files
from psky.ingest.report import FileStatus
from psky.market.psg1 import Psg1Params


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file and what an import would make of it."""

    name: str
    bytes: int
    status: FileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFunding:
    """A file of funding, with how many stamps it has, and from when to when."""

    name: str
    stamps: int
    first_ts_us: int | None
    last_ts_us: int | None


def plan_import(workspace: Workspace, symbol: str, paths: Sequence[Path]) -> tuple[PlannedFile, ...]:
    """Return what an import of `paths` would do, file by file.

    Raises:
        UsageError: no files, an impossible symbol name, or a symbol that holds a synthetic tape.
        DataError: a path cannot be read.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    found = plan_files(workspace.store_path(symbol), paths, symbol)
    return tuple(PlannedFile(name=file.name, bytes=file.bytes, status=status) for file, status in found)


def plan_synthesis(workspace: Workspace, symbol: str, params: Psg1Params) -> FileStatus:
    """Return what generating a tape would do: make the symbol's, replace it, or change nothing.

    Raises:
        UsageError: an impossible symbol name, or a symbol that holds real trades.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    if not files_of(workspace.store_path(symbol), symbol, synthetic=True):
        return FileStatus.IMPORTED
    same = synthetic_params(workspace, symbol) == dataclasses.asdict(params)
    return FileStatus.UNCHANGED if same else FileStatus.REPLACED


def plan_funding(workspace: Workspace, symbol: str, paths: Sequence[Path]) -> tuple[PlannedFunding, ...]:
    """Return what an import of funding would take, file by file.

    Raises:
        UsageError: no such symbol.
        DataError: a file that cannot be used (SchemaError where its form is unknown).
    """
    known_store(workspace, symbol)
    return tuple(_planned_funding(path, symbol) for path in paths)


def _planned_funding(path: Path, symbol: str) -> PlannedFunding:
    times_us = [stamp.ts_us for stamp in read_stamps(path, symbol)]
    return PlannedFunding(
        name=path.name,
        stamps=len(times_us),
        first_ts_us=min(times_us, default=None),
        last_ts_us=max(times_us, default=None),
    )
