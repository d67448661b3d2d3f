"""Small trade files for tests."""

from __future__ import annotations

import gzip
from pathlib import Path

HEADER = "timestamp,price,size,side"
START_S = 1_600_000_000


def write(path: Path, text: str) -> Path:
    """Write text to a file, gzip where its name says so."""
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def rows(count: int, start_s: float = START_S, step_s: float = 1.0, price: float = 100.0) -> str:
    """Return a simple file of `count` trades whose price goes up and down by one."""
    lines = [f"{start_s + at * step_s:.3f},{price + at % 2},0.5,{'Buy' if at % 2 else 'Sell'}" for at in range(count)]
    return "\n".join([HEADER, *lines, ""])
