"""Answers of Bybit's REST interface, saved as files: `{"retCode": 0, "result": ...}`, plain or in gzip."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec

from psky.errors import DataError

_GZIP = b"\x1f\x8b"
_Result = TypeVar("_Result")


class _Answer(msgspec.Struct, frozen=True):
    retCode: int = 0  # noqa: N815 - the exchange's name
    retMsg: str = ""  # noqa: N815
    result: msgspec.Raw = msgspec.Raw(b"null")


def read_answer(path: Path, kind: type[_Result]) -> _Result:
    """Return what an answer holds; keys that `kind` does not name are passed over.

    Raises:
        DataError: an unreadable file, no such answer, or one that reports an error.
    """
    content = read_unpacked(path)
    try:
        answer = msgspec.json.decode(content, type=_Answer)
        if answer.retCode != 0:
            raise DataError(f"{path}: expected an answer, found the exchange's error {answer.retCode} {answer.retMsg}")
        return msgspec.json.decode(answer.result, type=kind)
    except msgspec.DecodeError as error:
        raise DataError(f"{path}: expected an answer of Bybit's REST interface, found: {error}") from error


def read_unpacked(path: Path) -> bytes:
    """Return the bytes of a file, out of their gzip where they are in one.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected a readable file, found: {error}") from error
