"""Which process a process id means: ids are used again, after a while and after every start of the machine.

Linux tells when a process began, in clock ticks since the machine did (proc_pid_stat(5), field 22), and names each run
of the machine by a random `boot_id`; with the id these mean one process for ever.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

_PROC = Path("/proc")
_BOOT_ID = _PROC / "sys/kernel/random/boot_id"
_STATE, _START_TICKS = 0, 19
"""Their places after the name, which stands in brackets and may hold anything."""
_GONE = frozenset("ZXx")


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process, told from all that ever had or will have its id."""

    pid: int
    start_ticks: int
    boot_id: str

    @property
    def alive(self) -> bool:
        """Whether it still runs; one that only waits for its parent to notice its end does not."""
        fields = _stat(self.pid)
        if fields is None or fields[_STATE] in _GONE:
            return False
        return identify(self.pid) == self


def identify(pid: int) -> Process | None:
    """Return the process that has this id now, None where there is none."""
    fields = _stat(pid)
    if fields is None:
        return None
    return Process(pid=pid, start_ticks=int(fields[_START_TICKS]), boot_id=_BOOT_ID.read_text(encoding="ascii").strip())


def _stat(pid: int) -> list[str] | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()
