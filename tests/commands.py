"""`psky` as people and scripts run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PSKY = (sys.executable, "-m", "psky")
_DEADLINE_S = 120.0


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a process that imports this working copy from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **extra}


def psky(*arguments: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `extra` are environment variables."""
    return subprocess.run(
        [*PSKY, *arguments],
        cwd=cwd,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
    )


@contextmanager
def started(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a command; it is killed if it still runs at the end of the block."""
    process = subprocess.Popen(
        [*PSKY, *arguments],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened; fail loudly if it does not."""
    deadline = time.monotonic() + _DEADLINE_S
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {_DEADLINE_S:.0f} s in vain for {what}")
        time.sleep(0.01)
