"""`psky keys`: where the exchange's keys are, and a way to keep them that no shell remembers."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Annotated

import typer

from psky.cli import output
from psky.cli.options import DryRun, Json

app = typer.Typer(help="Show where the exchange's keys are found, and keep new ones.", no_args_is_help=True)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the environments that need keys, where theirs were found, and how the key ends; nothing is asked of Bybit.

    Example: psky keys list
    """
    from psky.app.keys import list_keys

    found = list_keys(os.environ)
    if json:
        output.print_json({"keys": [dataclasses.asdict(one) for one in found]})
        return
    rows = [(one.environment, one.source or one.problem or "none", one.ending and f"..{one.ending}") for one in found]
    output.print_table("Keys", ("environment", "found in", "ends"), rows)


@app.command("set")
def set_(
    environment: Annotated[str, typer.Argument(metavar="ENVIRONMENT", help="demo, testnet or live.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Keep a key and its secret in keys.toml, which nobody else can read; both are asked for and not shown.

    Without a terminal they are two lines on standard input. They never are words of a command.

    Example: psky keys set demo
    """
    from psky.app.keys import checked, store_keys
    from psky.live.keys import keys_file

    name, file = checked(environment), keys_file(os.environ)
    if not dry_run:
        key, secret = _asked("key"), _asked("secret")
        file = store_keys(name, key, secret, os.environ)
    if json:
        output.print_json({"environment": name, "file": str(file), **({"dry_run": True} if dry_run else {})})
    else:
        output.say(f"{'would keep' if dry_run else 'kept'} the keys of {name} in {file}")


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    typed: str = typer.prompt(what, hide_input=True, err=True)
    return typed
