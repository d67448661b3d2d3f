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
    LEAK = 9
    """A canary fired or proves nothing, or a division of history leaks."""
    NO_EDGE = 10
    """`tune run` and `tune resume`: done, and no edge was found. An answer, not an error."""
    LIVE = 11
    """A live session could not go on: exchange, journal, or another process."""
    NOT_ARMED = 12
    NOT_FLAT = 13
    """The account may hold a position or orders although it was to be flat: look at once."""
    INTERRUPTED = 130
    PIPE = 141


_CODES: tuple[tuple[type[errors.PskyError], ExitCode], ...] = (
    (errors.UsageError, ExitCode.USAGE),
    (errors.SpecError, ExitCode.SPEC),
    (errors.DataError, ExitCode.DATA),
    (errors.StoreError, ExitCode.STORE),
    (errors.ModelError, ExitCode.MODEL),
    (errors.JobError, ExitCode.JOB),
    (errors.OverrideError, ExitCode.OVERRIDE),
    (errors.LeakError, ExitCode.LEAK),
    (errors.NotArmed, ExitCode.NOT_ARMED),
    (errors.NotFlat, ExitCode.NOT_FLAT),
    (errors.LiveError, ExitCode.LIVE),
)


def exit_code(error: errors.PskyError) -> ExitCode:
    """Return the exit code of an error, by its kind."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)
