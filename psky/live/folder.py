"""Where sessions lie: `.live/<SYM>/<session>/` below the model root, with `journal.db` and the asks of operators.

An ask is a file in `asks/` whose name says what is asked for: `stop`, `flatten`, `kill` or `arm`. Anybody who can write
there can ask, also with `touch`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psky.errors import JournalError, LiveError, UsageError
from psky.live.journal.reader import JournalReader, is_unmade
from psky.live.journal.records import Ended, Opened

FAMILY: Final = "psky-"
"""Every order name of every session begins with it, so that orphans can be told from orders of others."""
ASKS: Final = ("kill", "flatten", "stop", "arm")
"""The stronger first."""
_LOOKS: Final = 5
_LOOK_S: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFolder:
    """The folder of one session."""

    path: Path

    @property
    def name(self) -> str:
        """The session's name."""
        return self.path.name

    @property
    def prefix(self) -> str:
        """What the session's order names begin with."""
        return f"{FAMILY}{self.name}"

    @property
    def journal(self) -> Path:
        """Its journal."""
        return self.path / "journal.db"

    def ask(self, what: str) -> None:
        """Ask the session for something.

        Raises:
            UsageError: nothing that can be asked for.
        """
        if what not in ASKS:
            raise UsageError(f"expected one of {', '.join(ASKS)}, found {what!r}")
        self._asks.mkdir(parents=True, exist_ok=True)
        (self._asks / what).touch()

    def asked(self) -> list[str]:
        """Return what was asked for and not answered yet, the stronger first."""
        try:
            found = {entry.name for entry in os.scandir(self._asks)}
        except FileNotFoundError:
            return []
        if "kill" in found:
            found.discard("arm")
        return [what for what in ASKS if what in found]

    def answered(self, what: str) -> None:
        """Take an ask away; with `kill` an `arm` too, which was meant for what had been before."""
        for done in ("kill", "arm") if what == "kill" else (what,):
            (self._asks / done).unlink(missing_ok=True)

    def opened(self) -> Opened:
        """Return what the session is.

        Raises:
            JournalError: its journal cannot be read.
        """
        with JournalReader(self.journal) as reader:
            return reader.opened()

    def is_blank(self) -> bool:
        """Return whether its process died before it had noted what the session is."""
        try:
            with JournalReader(self.journal) as reader:
                return reader.last(Opened) is None
        except JournalError:
            return is_unmade(self.journal)

    def is_over(self) -> bool:
        """Return whether the session ended for good.

        Raises:
            JournalError: its journal cannot be read.
        """
        with JournalReader(self.journal) as reader:
            return reader.last(Ended) is not None

    @property
    def is_running(self) -> bool:
        """Whether a process has it in hand."""
        try:
            with self.held():
                return False
        except LiveError:
            return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the session for this process.

        Raises:
            LiveError: another process holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _locked(handle):
                raise LiveError(
                    f"expected session {self.name} to be free, found a process that runs it; see psky live status"
                )
            yield
        finally:
            os.close(handle)

    @property
    def _asks(self) -> Path:
        return self.path / "asks"


def live_root(model_root: Path, symbol: str) -> Path:
    """Return the folder of a symbol's sessions."""
    return model_root / ".live" / symbol


def sessions(root: Path) -> list[SessionFolder]:
    """Return the sessions below a symbol's folder, the latest first."""
    there = [SessionFolder(path=path.parent) for path in root.glob("*/journal.db")]
    found = [one for one in there if not one.is_blank()]
    return sorted(found, key=lambda one: one.name, reverse=True)


def find_session(root: Path, name: str | None) -> SessionFolder:
    """Return a session by name, or the latest.

    Raises:
        UsageError: there is none.
    """
    found = sessions(root)
    chosen = next((one for one in found if name in {None, one.name}), None)
    if chosen is None:
        there = ", ".join(one.name for one in found[:5]) or "none"
        raise UsageError(f"expected a session of {root.name}, found no {name or 'session'}; there are: {there}")
    return chosen


def new_session_name(now_s: int) -> str:
    """Return a name for a session that begins at a time; later ones sort after, and it fits into order names."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while now_s:
        now_s, digit = divmod(now_s, 36)
        text = digits[digit] + text
    return f"{text}{secrets.token_hex(3)}"


def _locked(handle: int) -> bool:
    """Return whether a lock was got: not at once where somebody only looks whether it is free."""
    for _ in range(_LOOKS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_S)
        else:
            return True
    return False
