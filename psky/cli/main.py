"""`psky`: the command line. Imports wait until a command needs them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer

import psky
from psky.cli import settings
from psky.cli.commands import Root
from psky.cli.exit_codes import ExitCode, exit_code
from psky.cli.failure import report, report_interrupt
from psky.cli.options import workspace
from psky.errors import PskyError, SpecError, UsageError
from psky.log import write_to

app = typer.Typer(
    name="psky",
    cls=Root,
    help="Machine-learning-driven liquidity provision on crypto perpetuals. Alone, `psky` opens the workstation.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    data_root: Annotated[str | None, typer.Option("--data-root", help="Folder of tapes, before psky.toml's.")] = None,
    model_root: Annotated[
        str | None, typer.Option("--model-root", help="Folder of studies, models and jobs, before psky.toml's.")
    ] = None,
    theme: Annotated[str | None, typer.Option("--theme", help="Colours of the workstation.")] = None,
    log_level: Annotated[str | None, typer.Option("--log-level", help="info, warning or error.")] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Open the workstation for looking only: nothing can be changed.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where an error is reported.")] = False,
) -> None:
    del debug  # read where errors are reported, so that it also covers errors in the command line itself
    if version:
        typer.echo(f"psky {psky.__version__}")
        raise typer.Exit
    settings.take(data_root=data_root, model_root=model_root, theme=theme, log_level=log_level)
    with suppress(SpecError):  # a command that needs the settings says what is wrong with them; help needs none
        write_to(workspace().model_root / ".logs" / "psky.log", settings.in_use().settings.log_level)
    if context.invoked_subcommand is None:
        _open_workstation(read_only=read_only)


def _open_workstation(*, read_only: bool) -> None:
    elsewhere = "TEXTUAL_DRIVER" in os.environ  # a browser, which is no terminal
    if not (elsewhere or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise UsageError("expected a terminal to open the workstation on, found none; try: psky --help")
    from psky.cli.workstation import open_workstation

    open_workstation(read_only=read_only)


def main() -> None:
    """Run the command line and exit with its code."""
    _fill_closed_streams()
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would try once more on its way out, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.PIPE
    sys.exit(code)


def _fill_closed_streams() -> None:
    # A shell may close them (`>&-`): Python has nothing in their place then, and the next file would take their number.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open as long as psky runs


def _run() -> int:
    try:
        code: int | None = app(prog_name="psky", standalone_mode=False)
    except typer.Abort:
        code = ExitCode.INTERRUPTED
    except SystemExit as ended:  # how typer and rich leave when nobody reads their output any more
        return ExitCode.PIPE if ended.code == 1 else int(ended.code or 0)
    except (typer.TyperException, PskyError, OSError) as error:
        return _failed(error)
    finally:
        sys.excepthook = _report_unexpected  # for all other errors; not earlier, since typer puts its own there
    return report_interrupt() if code == ExitCode.INTERRUPTED else code or ExitCode.OK


def _failed(error: typer.TyperException | PskyError | OSError) -> ExitCode:
    if isinstance(error, typer.TyperException):
        message = error.format_message()  # none where typer has shown the help instead
        return report(f"{message} (try --help)", error, ExitCode.USAGE) if message else ExitCode.USAGE
    if isinstance(error, PskyError):
        return report(str(error), error, exit_code(error))
    if error.strerror:
        where = "to read and write" if error.filename is None else f"to use {error.filename}"
        return report(f"expected {where}, found: {error.strerror}", error, ExitCode.UNEXPECTED)
    return report(_unexpected(error), error, ExitCode.UNEXPECTED)


def _report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in a sentence what nothing was prepared for; Python asks for it last, and ends with `UNEXPECTED`."""
    if isinstance(error, Exception):
        report(_unexpected(error), error, ExitCode.UNEXPECTED)
    else:
        sys.__excepthook__(kind, error, trace)


def _unexpected(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {error}"
