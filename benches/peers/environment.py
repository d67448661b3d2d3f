"""The peers' packages, in a folder of their own, and the stage that runs where they go before the product's."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.harness import Result
from benches.processes import run_python
from benches.tape import BenchTape

FOLDER = Path(sys.prefix) / "peers"
"""`make bench` installs them there."""


def replay_results(tape: BenchTape, rounds: int) -> list[Result]:
    """Run the stage `replay` in a process with the peers' packages, on the same trades.

    Raises:
        ProcessError: it failed; a difference that no rule explains is in its message.
    """
    cache = tape.csv[0].parents[2]
    with TemporaryDirectory() as folder:
        found = Path(folder) / "results.json"
        sizes = ("--rows", str(len(tape)), "--runs", str(rounds))
        files = ("--cache", str(cache.resolve()), "--results", found)
        run_python("-m", "benches", "--only", "replay", *sizes, *files, before=FOLDER)
        rows = json.loads(found.read_text(encoding="utf-8"))
    return [Result(**{name: value for name, value in row.items() if name != "verdict"}) for row in rows]
