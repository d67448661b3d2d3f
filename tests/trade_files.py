"""Small trade files for tests."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa

HEADER = "timestamp,price,size,side"
START_S = 1_600_000_000


def write(path: Path, text: str) -> Path:
    """Write text to a file, packed as its name says."""
    path.write_bytes(pack(text, path.name))
    return path


def pack(text: str, name: str) -> bytes:
    """Return text packed as a file of that name is."""
    if name.endswith(".gz"):
        return gzip.compress(text.encode())
    if name.endswith(".zst"):
        return zstd(text)
    return zipped({"trades.csv": text}) if name.endswith(".zip") else text.encode()


def zstd(text: str) -> bytes:
    """Return a zstd frame with a checksum."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packer:
        packer.write(text.encode())
    return bytes(sink.getvalue())


def zipped(members: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return sink.getvalue()


def damaged(data: bytes, at: int) -> bytes:
    """Return data with all bits of one byte turned."""
    changed = bytearray(data)
    changed[at] ^= 0xFF
    return bytes(changed)


def rows(count: int, start_s: float = START_S, step_s: float = 1.0, price: float = 100.0) -> str:
    """Return a simple file of `count` trades whose price goes up and down by one."""
    lines = [f"{start_s + at * step_s:.3f},{price + at % 2},0.5,{'Buy' if at % 2 else 'Sell'}" for at in range(count)]
    return "\n".join([HEADER, *lines, ""])
