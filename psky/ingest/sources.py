"""Which files an import means, and what is in them by content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psky.errors import DataError, UsageError

PATTERNS = ("*.csv", "*.csv.gz", "*.csv.zst", "*.zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to import."""

    path: Path
    sha256: str
    bytes: int

    @property
    def name(self) -> str:
        """The name under which the store knows it."""
        return self.path.name


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """Return the files that `paths` mean, folders expanded (not recursively) in the order of their names.

    Raises:
        UsageError: nothing is named, a folder holds no trade file, or two files have one name and different contents.
        DataError: a path does not exist or cannot be read.
    """
    sources: dict[str, Source] = {}
    for path in (file for given in paths for file in _expand(given)):
        source = _source(path)
        known = sources.setdefault(source.name, source)
        if known.sha256 != source.sha256:
            raise UsageError(f"expected files of different names, found {known.path} and {path}; rename one of them")
    if not sources:
        raise UsageError("expected trade files or folders to import, found none named")
    return list(sources.values())


def _expand(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(file for pattern in PATTERNS for file in path.glob(pattern) if not file.is_dir())
    except OSError as error:
        raise DataError(f"{path}: expected a readable file or folder, found: {error.strerror}") from error
    if not files:
        raise UsageError(
            f"{path}: expected a folder with {', '.join(PATTERNS[:-1])} or {PATTERNS[-1]} files, found none"
        )
    return files


def _source(path: Path) -> Source:
    try:
        if not path.is_file() and path.exists():
            raise DataError(f"{path}: expected a regular file, found a pipe or device")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return Source(path=path, sha256=sha256, bytes=path.stat().st_size)
    except OSError as error:
        raise DataError(f"{path}: expected a readable file, found: {error.strerror}") from error
