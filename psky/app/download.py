"""Trades from Bybit's public archive: fetched day by day, then imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from psky.app.data import import_files
from psky.app.workspace import Workspace, check_name
from psky.domain.progress import OnProgress, Progress, ignore_progress
from psky.errors import DataError
from psky.ingest.archive import BASE_URL, DayFile, day_files, fetch
from psky.ingest.report import ImportReport

__all__ = ["BASE_URL", "DownloadReport", "DownloadRequest", "download", "plan_download"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadRequest:
    """Which days of which symbol to fetch, from where, into which folder; `end` is excluded."""

    symbol: str
    first: date
    end: date
    folder: Path
    base_url: str = BASE_URL
    imports: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadReport:
    """What was fetched: days, those that were there before, those that the archive has not, bytes; and the import."""

    fetched: int
    present: int
    missing: tuple[str, ...]
    bytes: int
    imported: ImportReport | None


def plan_download(request: DownloadRequest) -> tuple[DayFile, ...]:
    """Return the files that are wanted, those that are there included.

    Raises:
        UsageError: no days, an impossible symbol name, or an address that is no web address.
    """
    check_name(request.symbol, "symbol")
    return day_files(request.symbol, request.first, request.end, request.folder, request.base_url)


def download(
    workspace: Workspace,
    request: DownloadRequest,
    *,
    on_progress: OnProgress = ignore_progress,
) -> DownloadReport:
    """Fetch the days that are not there, and import all that are.

    Raises:
        UsageError: as `plan_download`, or a symbol that holds a synthetic tape.
        DataError: the archive cannot be reached, has none of the days, or a file cannot be used.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    files = plan_download(request)
    counted, missing, fetched = 0, [], 0

    def count(more: int) -> None:
        nonlocal counted
        counted += more

    present = sum(file.is_here for file in files)
    for number, file in enumerate(files):
        on_progress(Progress(done=number, total=len(files), unit="days", text=file.path.name))
        if file.is_here:
            continue
        if fetch(file, count):
            fetched += 1
        else:
            missing.append(file.day.isoformat())
    here = [file.path for file in files if file.is_here]
    if not here:
        raise DataError(f"expected trades of {request.symbol}, found that the archive has none of {len(files)} days")
    imported = import_files(workspace, request.symbol, here, on_progress) if request.imports else None
    return DownloadReport(fetched=fetched, present=present, missing=tuple(missing), bytes=counted, imported=imported)
