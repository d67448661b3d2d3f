"""What an import of a tape would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psky.app.workspace import Workspace
from psky.ingest.importer import plan_import as plan_files
from psky.ingest.report import FileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file and what an import would make of it."""

    name: str
    bytes: int
    status: FileStatus


def plan_import(workspace: Workspace, symbol: str, paths: Sequence[Path]) -> tuple[PlannedFile, ...]:
    """Return what an import of `paths` would do, file by file.

    Raises:
        UsageError: no files, an impossible symbol name, or a symbol that holds a synthetic tape.
        DataError: a path cannot be read.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    found = plan_files(workspace.store_path(symbol), paths, symbol)
    return tuple(PlannedFile(name=file.name, bytes=file.bytes, status=status) for file, status in found)
