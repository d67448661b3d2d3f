"""Bybit's public archive of trades: a file for each UTC day of a symbol.

A file is fetched aside and takes its name when it is whole, so that what is there is never fetched again and what was
cut off is never taken for a day.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from psky.errors import DataError, UsageError

BASE_URL = "https://public.bybit.com/trading"
_TIMEOUT_S = 60.0
_PIECE = 1 << 20
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFile:
    """The archive's file of one day: where it is, and where it goes."""

    day: date
    url: str
    path: Path

    @property
    def is_here(self) -> bool:
        """Whether it was fetched before."""
        return self.path.exists()


def day_files(symbol: str, first: date, end: date, folder: Path, base_url: str = BASE_URL) -> tuple[DayFile, ...]:
    """Return the files of the days from `first` until before `end`.

    Raises:
        UsageError: no day in between, or an address that is no web address.
    """
    if not base_url.startswith(("https://", "http://")):
        raise UsageError(f"expected a web address of the archive, found {base_url!r}")
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    if not days:
        raise UsageError(f"expected days to fetch, found none from {first} until before {end}")
    names = ((day, f"{symbol}{day.isoformat()}.csv.gz") for day in days)
    base = base_url.rstrip("/")
    return tuple(DayFile(day=day, url=f"{base}/{symbol}/{name}", path=folder / name) for day, name in names)


def fetch(file: DayFile, on_bytes: Callable[[int], None] = lambda _count: None) -> bool:
    """Fetch a day; return False where the archive has no such day.

    Raises:
        DataError: the archive cannot be reached, refuses, or ended too soon; or the file cannot be written.
    """
    part = file.path.with_suffix(".part")
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        _fetch(file.url, part, on_bytes)
        part.replace(file.path)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            return False
        raise DataError(f"{file.url}: expected the day's file, found: {error}; try again later") from error
    except (OSError, http.client.HTTPException) as error:
        raise DataError(f"{file.url}: expected the day's file, found: {error}; try again") from error
    finally:
        part.unlink(missing_ok=True)
    return True


def _fetch(url: str, part: Path, on_bytes: Callable[[int], None]) -> None:
    with (
        urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer,  # noqa: S310 - a web address, as `day_files` sees to
        part.open("wb") as target,
    ):
        expected = answer.headers.get("Content-Length")
        while piece := answer.read(_PIECE):
            target.write(piece)
            on_bytes(len(piece))
        if expected is not None and target.tell() != int(expected):
            raise http.client.IncompleteRead(b"", int(expected) - target.tell())
