"""Exit codes, one a kind of failure: scripts can tell a typo from bad data."""

from __future__ import annotations

from enum import IntEnum

from psky import errors


class ExitCode(IntEnum):
    """What the process ends with."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SPEC = 3
    DATA = 4
    STORE = 5
    MODEL = 6
    JOB = 7
    OVERRIDE = 8
    INTERRUPTED = 130
    PIPE = 141


_CODES: tuple[tuple[type[errors.PskyError], ExitCode], ...] = (
    (errors.UsageError, ExitCode.USAGE),
    (errors.SpecError, ExitCode.SPEC),
    (errors.DataError, ExitCode.DATA),
    (errors.StoreError, ExitCode.STORE),
    (errors.LeakError, ExitCode.MODEL),  # no model is trained then
    (errors.ModelError, ExitCode.MODEL),
    (errors.JobError, ExitCode.JOB),
    (errors.OverrideError, ExitCode.OVERRIDE),
)


def exit_code(error: errors.PskyError) -> ExitCode:
    """Return the exit code of an error, by its kind."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)
