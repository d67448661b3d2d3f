"""Structured logs: one line an event, `key=value`, in a file. Nothing is printed; front ends talk to people."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from io import TextIOWrapper
from pathlib import Path

_ROOT = "psky"
_MAX_BYTES = 5_000_000


class Logger:
    """Writes events with fields: `log.info("tuned", study="demo", trial=7)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Note something that happened as it should."""
        self._logger.info("%s", _line(event, fields))

    def warning(self, event: str, **fields: object) -> None:
        """Note something that a person should look at."""
        self._logger.warning("%s", _line(event, fields))

    def error(self, event: str, cause: BaseException | None = None, /, **fields: object) -> None:
        """Note a failure, with the traceback of its cause: the exception being handled where none is given."""
        self._logger.error("%s", _line(event, fields), exc_info=cause or True)


def logger(name: str) -> Logger:
    """Return the logger of a module; it is silent until `write_to` was called."""
    return Logger(name)


def write_to(path: Path, level: str = "info") -> None:
    """Send events from `level` up to `path`, rotated at 5 MB, keeping three files; made with the first event."""
    handler = _LazyFile(path, maxBytes=_MAX_BYTES, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s pid=%(process)d %(message)s"))
    root = logging.getLogger(_ROOT)
    for earlier in root.handlers:
        earlier.close()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    root.propagate = False


class _LazyFile(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Keep quiet where the disk refuses: what was to be logged is said elsewhere, and must not drown in that."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def _line(event: str, fields: dict[str, object]) -> str:
    return " ".join([event, *(f"{name}={_quoted(value)}" for name, value in fields.items())])


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text) if any(character.isspace() for character in text) else text


logging.getLogger(_ROOT).addHandler(logging.NullHandler())
