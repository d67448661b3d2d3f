"""Which files an import means, and which of them have a content that is known."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psky.errors import DataError, UsageError
from psky.market.trade_files import content_hash
from psky.store.records import FileRecord

PATTERNS = ("*.csv", "*.csv.gz", "*.csv.zst", "*.zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to import; `content_hash` is None where its length alone says that it is new: importing it tells it."""

    path: Path
    bytes: int
    content_hash: str | None

    @property
    def name(self) -> str:
        """The name under which the store knows it."""
        return self.path.name


def find_sources(paths: Sequence[Path], held: Sequence[FileRecord] = ()) -> list[Source]:
    """Return the files that `paths` mean, folders expanded (not recursively) in the order of their names.

    Only those as long as another of them, or as one of `held`, are hashed.

    Raises:
        UsageError: nothing is named, a folder holds no trade file, or two files have one name and different contents.
        DataError: a path does not exist or cannot be read.
    """
    lengths = [(path, _bytes_of(path)) for given in paths for path in _expand(given)]
    if not lengths:
        raise UsageError("expected trade files or folders to import, found none named")
    count = Counter(length for _, length in lengths) + Counter(record.bytes for record in held)
    sources: dict[str, Source] = {}
    for path, length in lengths:
        known_by = content_hash(path) if count[length] > 1 else None
        source = Source(path=path, bytes=length, content_hash=known_by)
        first = sources.setdefault(source.name, source)
        if (first.bytes, first.content_hash) != (source.bytes, source.content_hash):
            raise UsageError(f"expected files of different names, found {first.path} and {path}; rename one of them")
    return list(sources.values())


def _expand(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(file for pattern in PATTERNS for file in path.glob(pattern) if not file.is_dir())
    except OSError as error:
        raise _unreadable(path, error) from error
    if not files:
        raise UsageError(
            f"{path}: expected a folder with {', '.join(PATTERNS[:-1])} or {PATTERNS[-1]} files, found none"
        )
    return files


def _bytes_of(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{path}: expected a regular file, found a folder, pipe or device")
    return found.st_size


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path}: expected a readable file or folder, found: {error.strerror}")
