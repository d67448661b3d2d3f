"""`python -m benches.stream_bars FILE...`: files, a batch at a time, into bars; prints the peak of its own memory.

It reads `VmHWM` itself: `ru_maxrss`, as a parent sees it, also counts the parent's memory before the child's `exec`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from benches.ours import bars_of_files


def peak_bytes() -> int:
    """Return the most memory that this process has held at once (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status: expected a line VmHWM, found none; this measurement needs Linux")
    return int(found[1]) * 1024


def main(paths: list[Path]) -> int:
    """Return the peak after the bars of all files have been made and held."""
    bars = bars_of_files(paths)
    peak = peak_bytes()
    del bars
    return peak


if __name__ == "__main__":
    sys.stdout.write(f"{main([Path(name) for name in sys.argv[1:]])}\n")
