"""Commands and fresh processes, for what must be measured whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ProcessError(Exception):
    """A command that was to be measured failed."""


def run_python(*arguments: str | Path) -> str:
    """Run the interpreter to its end; return what it printed.

    Raises:
        ProcessError: it failed.
    """
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ProcessError(f"{command}: expected success, found exit code {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
