"""The form of an import of trade files."""

from __future__ import annotations

import shlex

from textual.content import Content

from psky.errors import UsageError
from tui.screens.form import Field, Form, Values
from tui.work import Task

_ABOUT = (
    "Files are .csv, .csv.gz, .csv.zst or .zip, in the simple form or in those of Bybit's archive; of a folder all of "
    "them are read. An import is all or nothing. A file that was imported before is passed over, one of the same name "
    "with other contents takes its place."
)


def import_form(symbol: str) -> Form:
    """Return the form, filled for a symbol."""
    fields = (
        Field(key="paths", label="files", hint="downloads/BTCUSDT, or several, set apart by blanks"),
        Field(key="symbol", label="symbol", value=symbol, hint="BTCUSDT"),
    )
    return Form(title="import trades", fields=fields, work=import_task, about=lambda _: Content(_ABOUT))


def import_task(values: Values) -> Task:
    """Return the import that the fields describe.

    Raises:
        UsageError: a field is empty, or a quote is not closed.
    """
    try:
        paths = shlex.split(values["paths"])
    except ValueError as error:
        raise UsageError(f"expected files, found {values['paths']!r}: {error}") from error
    if not paths:
        raise UsageError("expected files or a folder, found none")
    if not values["symbol"]:
        raise UsageError("expected a symbol, found none")
    return Task(
        title=f"import into {values['symbol']}", command=("data", "import", *paths, "--symbol", values["symbol"])
    )
