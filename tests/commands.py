"""`psky` as people and scripts run it: in a process of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PSKY = (sys.executable, "-m", "psky")
_DEADLINE_S = 120.0


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a process that imports this working copy from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **extra}


def enter(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Go to a folder, with the environment of such a process, until the test is over; return the folder."""
    patch.chdir(folder)
    for name, value in environment().items():
        patch.setenv(name, value)
    return folder


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


def on_terminal(*arguments: str, cwd: Path, answers: str = "", **extra: str) -> tuple[int, str]:
    """Run a command on a pseudo-terminal with lines typed ahead; return its code and all that it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PSKY, *arguments], cwd=cwd, env=environment(TERM="xterm", **extra), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux says that the other side has closed
                break
            shown += piece
            if not piece:
                break
        os.close(ours)
        code = process.wait(timeout=60)
    return code, shown.decode()


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
