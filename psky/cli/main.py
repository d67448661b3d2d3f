"""`psky`: the command line. Each group is a file; heavy imports wait until a command needs them."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated

import typer

import psky
from psky.app.workspace import Workspace
from psky.cli import backtest, data, demo, features, model, studies, touches, train, tune
from psky.cli.exit_codes import ExitCode, exit_code
from psky.cli.output import say
from psky.errors import PskyError, UsageError
from psky.log import logger, write_to

app = typer.Typer(
    name="psky",
    help="Machine-learning-driven liquidity provision on crypto perpetuals. Alone, `psky` opens the workstation.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(data.app, name="data")
app.add_typer(tune.app, name="tune")
app.command("train")(train.train)
app.add_typer(backtest.app, name="backtest")
app.add_typer(studies.app, name="studies")
app.add_typer(model.app, name="model")
app.add_typer(features.app, name="features")
app.command("touches")(touches.touches)
app.command("demo")(demo.demo)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where an error is reported.")] = False,
) -> None:
    del debug  # read where errors are reported, so that it also covers errors in the command line itself
    if version:
        typer.echo(f"psky {psky.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _open_workstation()


def _open_workstation() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("expected a terminal to open the workstation on, found none; try: psky --help")
    from psky.cli.workstation import open_workstation

    open_workstation()


def main() -> None:
    """Run the command line and exit with its code."""
    write_to(Workspace().model_root / ".logs" / "psky.log")
    sys.exit(_run())


def _run() -> int:
    debug = "--debug" in sys.argv
    try:
        code: int | None = app(standalone_mode=False)
    except typer.TyperException as error:
        if message := error.format_message():  # none where typer has shown the help instead
            say(f"psky: {message} (try --help)")
        return ExitCode.USAGE
    except typer.Abort:
        say("interrupted")
        return ExitCode.INTERRUPTED
    except PskyError as error:
        return _report(str(error), exit_code(error), debug=debug)
    except Exception as error:  # noqa: BLE001 - the outermost edge: people get a sentence, the log the traceback
        return _report(f"unexpected {type(error).__name__}: {error}", ExitCode.UNEXPECTED, debug=debug)
    if code == ExitCode.INTERRUPTED:  # typer answers Ctrl-C by a return value
        say("interrupted")
    return code or ExitCode.OK


def _report(message: str, code: ExitCode, *, debug: bool) -> int:
    logger(__name__).error("failed", code=code.name, message=message)
    if debug:
        traceback.print_exc()
    say(f"psky: {message}")
    return code
