"""The tape of a symbol in a file of its own, from which every process maps it instead of reading the store.

It can be deleted at any time. What cannot be mapped is made anew, what cannot be kept is done without.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psky import _core
from psky.domain.instrument import Instrument
from psky.log import logger

_LOG = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTape:
    """A tape in the file at `path`: the trades that the fingerprint `files` names, in the steps of an instrument.

    Rules change the steps or not the trades at all, and funding is no part of them.
    """

    path: Path
    files: str
    instrument: Instrument

    @property
    def _identity(self) -> bytes:
        name = f"{self.files} {self.instrument.tick.normalize()} {self.instrument.lot.normalize()}"
        return hashlib.sha256(name.encode()).digest()

    def find(self) -> _core.Tape | None:
        """Map the tape; None where it has to be made anew."""
        try:
            return _core.kept_tape(self.path, self._identity)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _LOG.info("tape made anew", path=self.path, because=error)
            return None

    def keep(self, tape: _core.Tape) -> _core.Tape:
        """Keep the tape, in place of the one that was, and return it mapped; unchanged where it cannot be kept."""
        draft = self.path.with_name(f"{self.path.name}.part")
        try:
            with _writing_alone(draft):
                _core.keep_tape(tape, draft, self._identity)
                draft.replace(self.path)
            return _core.kept_tape(self.path, self._identity)
        except BlockingIOError:
            return tape  # another process is at it
        except (OSError, ValueError) as error:
            _LOG.warning("tape not kept", path=self.path, because=error)
            return tape


@contextmanager
def _writing_alone(draft: Path) -> Iterator[None]:
    """Hold a draft that no other process writes; one that a killed process left is taken over.

    Raises:
        BlockingIOError: another process writes it.
        OSError: it cannot be made.
    """
    with draft.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is_at(draft, file):
            raise BlockingIOError  # whoever held it has renamed it since it was opened
        try:
            yield
        except OSError:
            draft.unlink()
            raise


def _is_at(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
