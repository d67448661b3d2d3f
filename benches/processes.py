"""Commands and fresh processes, for what must be measured whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ProcessError(Exception):
    """A command that was to be measured failed."""


def run_python(*arguments: str | Path) -> None:
    """Run the interpreter to its end.

    Raises:
        ProcessError: it failed.
    """
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ProcessError(f"{command}: expected success, found exit code {done.returncode}: {done.stderr[-2000:]}")


def peak_bytes(arguments: Sequence[str | Path]) -> int:
    """Return the most memory that the interpreter held at once while it ran `arguments`.

    Raises:
        ProcessError: it failed.
    """
    command = [sys.executable, *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ProcessError(f"{command}: expected success, found exit code {process.returncode}")
    return usage.ru_maxrss * 1024
