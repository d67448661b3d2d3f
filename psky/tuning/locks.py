"""Who works on a study, on this machine: a lock that the system lets go of when a process ends, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LOCK = ".lock"


class StudyLock:
    """A share in the lock of a study."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.first = self.alone()
        """Whether nobody else worked on the study when this share was taken."""
        fcntl.flock(file, fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Take the lock whole and return True, unless somebody else works on the study."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def working_on(folder: Path) -> Iterator[StudyLock]:
    """Hold a share in the lock of the study in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as file:
        yield StudyLock(file)
