"""`python -m benches.own_memory FOLDER SYMBOL`: map a kept tape; prints the bytes that a process holds for it alone.

That is anonymous memory: pages of the file are shared by all processes that map it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from psky.app.data import load_tape
from psky.app.workspace import Workspace


def own_bytes() -> int:
    """Return the memory of this process that no other can share (Linux)."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Anonymous:\s+(\d+) kB$", text, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/smaps_rollup: expected a line Anonymous, found none; this measurement needs Linux")
    return int(found[1]) * 1024


def main(folder: Path, symbol: str) -> int:
    """Return how many bytes mapping a tape once more takes: the first time also loads libraries."""
    here = Workspace(data_root=folder / "data", model_root=folder / "models")
    tapes = [load_tape(here, symbol)]
    before = own_bytes()
    tapes.append(load_tape(here, symbol))
    return own_bytes() - before


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), sys.argv[2])}\n")
