"""`psky serve`: the workstation in a browser."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from psky.cli import output
from psky.cli.options import Json, workspace
from psky.errors import UsageError

_PORT = 8421


def serve(
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Port on this machine.")] = _PORT,
    json: Json = False,
) -> None:
    """Show the workstation in a browser on this machine, for looking only: nothing can be started, stopped or changed.

    Needs the extra psky[serve]. Ctrl-C ends it.

    Example: psky serve --port 8421
    """
    try:
        from tui.web import LoopbackServer
    except ImportError as error:
        raise UsageError(f"expected the extra psky[serve], found: {error}; pip install 'psky[serve]'") from error
    here = workspace()
    roots = ["--data-root", str(here.data_root), "--model-root", str(here.model_root)]
    command = shlex.join([sys.executable, "-m", "psky", *roots, "--read-only"])

    def tell(url: str) -> None:
        if json:
            output.print_json({"url": url})
        else:
            output.say(f"the workstation is at {url}; Ctrl-C ends it")

    LoopbackServer(command, port, tell).serve()
