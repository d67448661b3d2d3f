"""Commands and fresh processes, for what must be measured whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ProcessError(Exception):
    """A command that was to be measured failed."""


def run_python(*arguments: str | Path, before: Path | None = None) -> str:
    """Run the interpreter to its end; return what it printed. Packages of the folder `before` go before others.

    Raises:
        ProcessError: it failed.
    """
    command = [sys.executable, *map(str, arguments)]
    environment = os.environ | ({} if before is None else {"PYTHONPATH": str(before)})
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nothing that is installed is compiled at each start
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ProcessError(f"{command}: expected success, found exit code {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
