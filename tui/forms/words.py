"""What is typed into a field of several words."""

from __future__ import annotations

import shlex

from psky.errors import UsageError


def split_words(text: str, what: str) -> tuple[str, ...]:
    """Return the words of a field, set apart by blanks as in a shell: quotes keep the blanks of one word.

    Raises:
        UsageError: a quote that is not closed; `what` says what was expected.
    """
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"expected {what}, found {text!r}: {error}") from error
