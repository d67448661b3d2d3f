"""`psky config`: what is set up, and where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from psky.app import settings
from psky.cli import output
from psky.cli.options import Json
from psky.cli.settings import in_use

app = typer.Typer(help="Show and check settings.", no_args_is_help=True)


@app.command("show")
def show(
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value was set.")] = False, json: Json = False
) -> None:
    """Show the settings that hold: flags before PSKY_* before psky.toml before the user's file before defaults.

    Example: psky config show --origin
    """
    resolved = in_use()
    values = msgspec.to_builtins(resolved.settings)
    if json:
        return output.print_json({"settings": values} | ({"origins": dict(resolved.origins)} if origin else {}))
    inner = {f"{table}.{name}": value for table in settings.TABLES for name, value in values.pop(table).items()}
    rows = [
        (name, "" if value is None else str(value), resolved.origins.get(name, ""))
        for name, value in (values | inner).items()
    ]
    if origin:
        return output.print_table("Settings", ("name", "value", "set by"), rows)
    return output.print_table("Settings", ("name", "value"), [row[:2] for row in rows])


@app.command("validate")
def validate(
    file: Annotated[
        Path | None, typer.Argument(help="A settings file; psky.toml and the user's when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Check settings files: unknown keys and impossible values end with 3.

    Example: psky config validate psky.toml
    """
    files = [path for path in settings.files_of(os.environ, Path.cwd()) if path.exists()] if file is None else [file]
    for path in files:
        settings.read_file(path)
    if json:
        return output.print_json({"valid": [str(path) for path in files]})
    return output.say("\n".join(f"{path}: good" for path in files) or "there is no settings file; psky init makes one")


@app.command("schema")
def schema(json: Json = False) -> None:
    """Print the JSON schema of psky.toml, for editors that check as one types.

    Example: psky config schema
    """
    if json:
        return output.print_json({"schema": settings.json_schema()})
    return typer.echo(msgspec.json.format(msgspec.json.encode(settings.json_schema())).decode())
