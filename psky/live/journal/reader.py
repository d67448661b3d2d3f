"""Reading a journal, also while its session writes; proving that it is whole."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from psky.errors import JournalError
from psky.live.journal import records, schema

_R = TypeVar("_R", bound=records.Record)
_DECODER: msgspec.json.Decoder[records.Record] = msgspec.json.Decoder(records.Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record with its number, its market time and the wall time at which it was noted (us)."""

    seq: int
    ts_us: int
    at_us: int
    record: records.Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A journal that is whole: how many records, and its running digest (hexadecimal)."""

    records: int
    digest: str


class JournalReader:
    """Reads a journal.

    Raises:
        JournalError: there is none at `path`, it is no journal, or another version's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect_read_only(path)

    def rows(self, *kinds: type[records.Record], after: int = 0) -> Iterator[Row]:
        """Return the records after number `after`, in order, of some kinds or of all.

        Raises:
            JournalError: a record cannot be read.
        """
        tags = [str(kind.__struct_config__.tag) for kind in kinds]
        chosen = f" AND kind IN ({', '.join('?' * len(tags))})" if tags else ""
        statement = f"SELECT seq, ts_us, at_us, body FROM log WHERE seq > ?{chosen} ORDER BY seq"  # noqa: S608 - question marks
        found = self._all(statement, after, *tags)
        for seq, ts_us, at_us, body in found:
            yield Row(seq=seq, ts_us=ts_us, at_us=at_us, record=self._decoded(seq, body))

    def last(self, kind: type[_R]) -> tuple[Row, _R] | None:
        """Return the last record of a kind, None where there is none."""
        tag = str(kind.__struct_config__.tag)
        found = self._all("SELECT seq, ts_us, at_us, body FROM log WHERE kind = ? ORDER BY seq DESC LIMIT 1", tag)
        for seq, ts_us, at_us, body in found:
            record = self._decoded(seq, body)
            if isinstance(record, kind):
                return Row(seq=seq, ts_us=ts_us, at_us=at_us, record=record), record
        return None

    def opened(self) -> records.Opened:
        """Return what the session is.

        Raises:
            JournalError: the journal does not begin with it.
        """
        found = self.last(records.Opened)
        if found is None:
            raise JournalError(f"{self._path}: expected a journal that begins with `opened`, found none")
        return found[1]

    def state(self) -> tuple[int, bytes] | None:
        """Return the newest saved state that is whole, with the number of its record; None where there is none."""
        for seq, blob in self._all("SELECT seq, blob FROM state ORDER BY seq DESC"):
            bodies = list(self._all("SELECT body FROM log WHERE seq = ?", seq))
            saved = self._decoded(seq, bodies[0][0]) if bodies else None
            if isinstance(saved, records.Saved) and saved.sha256 == hashlib.sha256(blob).hexdigest():
                return seq, blob
        return None

    def now(self, name: str) -> tuple[int, dict[str, Any]] | None:
        """Return what the session last showed under a name, and when (wall us)."""
        for at_us, body in self._all("SELECT at_us, body FROM now WHERE name = ?", name):
            return at_us, msgspec.json.decode(body)
        return None

    def verify(self) -> Verified:
        """Compute the running digest anew.

        Raises:
            JournalError: a record is missing, was changed, or cannot be read; the message says which is the first.
        """
        digest, count = schema.GENESIS, 0
        for seq, kind, ts_us, at_us, body, noted in self._all(
            "SELECT seq, kind, ts_us, at_us, body, digest FROM log ORDER BY seq"
        ):
            digest, count = schema.chained(digest, seq, kind, ts_us, at_us, body), count + 1
            if seq != count or digest != noted:
                raise JournalError(f"{self._path}: expected the record {count} that was written, found another")
            self._decoded(seq, body)
        return Verified(records=count, digest=digest.hex())

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _all(self, statement: str, *values: object) -> Iterator[Any]:
        try:
            yield from self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(f"expected to read the journal {self._path}, found: {error}") from error

    def _decoded(self, seq: int, body: str) -> records.Record:
        try:
            return _DECODER.decode(body)
        except msgspec.DecodeError as error:
            raise JournalError(f"{self._path}: expected a record of this version at {seq}, found: {error}") from error


def is_unmade(path: Path) -> bool:
    """Return whether a file was to become a journal, but its process died before it had any table."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        connection.close()
    except sqlite3.Error:
        return False
    return int(tables) == 0


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection to the journal at `path` that cannot change it.

    Raises:
        JournalError: there is none, it is no journal, or another version's.
    """
    if not path.is_file():
        raise JournalError(f"expected a journal at {path}, found none")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise JournalError(f"expected a journal at {path}, found: {error}") from error
    if application != schema.APPLICATION_ID or version != schema.VERSION:
        connection.close()
        raise JournalError(
            f"{path}: expected a journal of version {schema.VERSION}, found version {version} of application "
            f"{application:#x}; read it with the psky that wrote it"
        )
    return connection
