"""What is said when a command ends early: to people, to the log, and to whoever watches the job that it is."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from psky.app.events import INTERRUPTED, Event, EventFile
from psky.cli.exit_codes import ExitCode
from psky.cli.output import say
from psky.log import logger


def report(message: str, error: Exception, code: ExitCode) -> ExitCode:
    """Report an error; `--debug` shows where it came from. Return its code."""
    logger(__name__).error("failed", error, code=code.name, message=message)
    if "--debug" in sys.argv:
        traceback.print_exception(error)
    say(f"psky: {message}")
    _tell_watchers(type(error).__name__, message)
    return code


def report_interrupt() -> ExitCode:
    """Report that the command was interrupted."""
    say("interrupted")
    _tell_watchers(INTERRUPTED, "interrupted")
    return ExitCode.INTERRUPTED


def _tell_watchers(kind: str, message: str) -> None:
    # From the words themselves: the error may be that they make no command.
    if "--events" in sys.argv[:-1]:
        path = Path(sys.argv[sys.argv.index("--events") + 1])
        EventFile(path)(Event(kind="failed", error=kind, text=message))
