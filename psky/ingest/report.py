"""What an import did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from psky.store.records import FileRecord


class FileStatus(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """A file and what became of it; counts and span are those in the store."""

    name: str
    status: FileStatus
    rows: int
    rejected: int
    dialect: str
    time_unit: str
    first_ts_us: int
    last_ts_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """An import, file by file, in the order in which the files were given."""

    symbol: str
    files: tuple[FileReport, ...]

    @property
    def rows(self) -> int:
        """Trades of all files, unchanged ones included."""
        return sum(file.rows for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that were left out, in all files."""
        return sum(file.rejected for file in self.files)

    def count(self, status: FileStatus) -> int:
        """Return how many files met this fate."""
        return sum(file.status is status for file in self.files)


def file_report(name: str, record: FileRecord, status: FileStatus) -> FileReport:
    """Return the report of a file from the record of its content in the store."""
    return FileReport(
        name=name,
        status=status,
        rows=record.rows,
        rejected=record.rejected,
        dialect=record.dialect,
        time_unit=record.time_unit,
        first_ts_us=record.first_ts_us,
        last_ts_us=record.last_ts_us,
    )
