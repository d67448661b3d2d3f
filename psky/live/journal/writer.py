"""Appending to a journal: by one process at a time, which holds the session's lock."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import msgspec

from psky.domain.time import steady_us
from psky.errors import JournalError
from psky.live.journal import records, schema
from psky.live.journal.reader import connect_read_only

_KEPT_STATES = 2


class JournalWriter:
    """Appends records; they last once `commit` has returned.

    With `durable`, `commit` waits until the disk has them, so that they outlast a loss of power; without, they outlast
    the process.

    Raises:
        JournalError: the file is no journal, another version's, damaged, or cannot be written.
    """

    def __init__(self, path: Path, *, durable: bool, clock_us: Callable[[], int] = steady_us) -> None:
        self._path = path
        self._clock_us = clock_us
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._prepare()
            last = self._connection.execute("SELECT seq, digest FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise JournalError(f"expected to open the journal {path}, found: {error}") from error
        self._seq, self._digest = (int(last[0]), bytes(last[1])) if last else (0, schema.GENESIS)
        self._open = False

    @property
    def seq(self) -> int:
        """Number of the last record, 0 of an empty journal."""
        return self._seq

    @property
    def digest(self) -> str:
        """The running digest, hexadecimal."""
        return self._digest.hex()

    def append(self, record: records.Record, ts_us: int) -> int:
        """Add a record about market time `ts_us` and return its number; `commit` makes it last."""
        kind, body = records.kind_of(record), msgspec.json.encode(record, enc_hook=str).decode()
        at_us, seq = self._clock_us(), self._seq + 1
        digest = schema.chained(self._digest, seq, kind, ts_us, at_us, body)
        self._write("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", (seq, kind, ts_us, at_us, body, digest))
        self._seq, self._digest = seq, digest
        return seq

    def save_state(self, blob: bytes, ts_us: int) -> None:
        """Keep the state of a brain that has heard all records so far, in place of older ones."""
        seq = self.append(records.Saved(sha256=hashlib.sha256(blob).hexdigest(), bytes=len(blob)), ts_us)
        self._write("INSERT INTO state VALUES (?, ?)", (seq, blob))
        self._write(
            "DELETE FROM state WHERE seq NOT IN (SELECT seq FROM state ORDER BY seq DESC LIMIT ?)", (_KEPT_STATES,)
        )

    def show(self, name: str, value: dict[str, Any]) -> None:
        """Replace what watchers see under a name."""
        body = msgspec.json.encode(value, enc_hook=str).decode()
        self._write("INSERT OR REPLACE INTO now VALUES (?, ?, ?)", (name, self._clock_us(), body))

    def commit(self) -> None:
        """Make what was added last."""
        if self._open:
            self._open = False
            self._run("COMMIT", ())

    def close(self) -> None:
        """Commit and let go of the file."""
        self.commit()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        version, application = (
            int(self._connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("user_version", "application_id")
        )
        if version == 0 and application == 0:
            self._connection.executescript(
                f"BEGIN; {schema.TABLES} PRAGMA application_id = {schema.APPLICATION_ID};"
                f"PRAGMA user_version = {schema.VERSION}; COMMIT;"
            )
            return
        connect_read_only(self._path).close()  # says what is wrong with it, where something is

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        if not self._open:
            self._run("BEGIN IMMEDIATE", ())
            self._open = True
        self._run(statement, values)

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(f"expected to write the journal {self._path}, found: {error}") from error
