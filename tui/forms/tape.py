"""The form of an import of trade files."""

from __future__ import annotations

from textual.content import Content

from psky.errors import UsageError
from tui.forms.words import split_words
from tui.screens.form import Field, Form, Values
from tui.work import Task

_ABOUT = (
    "Files are .csv, .csv.gz, .csv.zst or .zip, in the simple form or in those of Bybit's archive; of a folder all of "
    "them are read. An import is all or nothing. A file that was imported before is passed over, one of the same name "
    "with other contents takes its place."
)


_ARCHIVE = (
    "A file a day from Bybit's public archive of derivatives, kept in the folder and imported. What is there is not "
    "fetched again; a day that the archive has not is left out. What was imported before is passed over."
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
    paths = split_words(values["paths"], "files")
    if not paths:
        raise UsageError("expected files or a folder, found none")
    if not values["symbol"]:
        raise UsageError("expected a symbol, found none")
    return Task(
        title=f"import into {values['symbol']}", command=("data", "import", *paths, "--symbol", values["symbol"])
    )


def download_form(symbol: str) -> Form:
    """Return the form of a download, filled for a symbol."""
    fields = (
        Field(key="symbol", label="symbol", value=symbol, hint="BTCUSDT"),
        Field(key="from", label="from (UTC)", hint="first day: 2026-01-20"),
        Field(key="to", label="to (UTC)", hint="until before this day; today"),
        Field(key="folder", label="folder", hint="where files are kept; downloads/SYMBOL"),
        Field(key="base-url", label="archive", hint="another address than Bybit's"),
    )
    return Form(title="download trades", fields=fields, work=download_task, about=lambda _: Content(_ARCHIVE))


def download_task(values: Values) -> Task:
    """Return the download that the fields describe.

    Raises:
        UsageError: a field that is needed is empty.
    """
    for name, what in (("symbol", "a symbol"), ("from", "a first day")):
        if not values[name]:
            raise UsageError(f"expected {what}, found none")
    options = [
        word for name in ("from", "to", "folder", "base-url") if values[name] for word in (f"--{name}", values[name])
    ]
    return Task(title=f"download {values['symbol']}", command=("data", "download", values["symbol"], *options))
