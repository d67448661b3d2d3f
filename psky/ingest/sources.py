"""Which files an import means, and what is in them by content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from psky.errors import DataError, UsageError
from psky.market.trade_files import content_hash
from psky.store.records import FileRecord

PATTERNS = ("*.csv", "*.csv.gz", "*.csv.zst", "*.zip")
_SHA256 = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to import."""

    path: Path
    content_hash: str
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
        if known.content_hash != source.content_hash:
            raise UsageError(f"expected files of different names, found {known.path} and {path}; rename one of them")
    if not sources:
        raise UsageError("expected trade files or folders to import, found none named")
    return list(sources.values())


def with_older_hashes(sources: Sequence[Source], held: Sequence[FileRecord]) -> list[Source]:
    """Give sources that a store holds under their SHA-256, as all did once, that hash.

    Only where a file of the same length is held so can it be the same: others are not read again.

    Raises:
        DataError: a file cannot be read.
    """
    older = {(record.bytes, record.content_hash) for record in held if record.content_hash.startswith(_SHA256)}
    lengths = {length for length, _ in older}

    def known(source: Source) -> Source:
        if source.bytes not in lengths:
            return source
        digest = _sha256_of(source.path)
        return replace(source, content_hash=digest) if (source.bytes, digest) in older else source

    return [known(source) for source in sources]


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


def _source(path: Path) -> Source:
    digest = content_hash(path)
    try:
        return Source(path=path, content_hash=digest, bytes=path.stat().st_size)
    except OSError as error:
        raise _unreadable(path, error) from error


def _sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"{_SHA256}{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path}: expected a readable file or folder, found: {error.strerror}")
