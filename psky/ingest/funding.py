"""Funding histories into the store of a symbol.

Three forms are read: a saved answer of Bybit's `market/funding/history`; a CSV with a header of `timestamp,rate` and
perhaps `mark`; LEAN's margin interest, which has no header and writes times as `20221213 08:00:00`. All may be in gzip.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
from msgspec import Struct

from psky.domain.funding import NO_FUNDING, Funding
from psky.errors import DataError, SchemaError, UsageError
from psky.ingest.bybit_files import read_answer, read_unpacked
from psky.store.funding import read_funding
from psky.store.tape_store import reading
from psky.store.writer import writing

# Beyond, a rate is no share of a position's value but a percentage or a price.
MAX_RATE = 0.2
_LEAN_TIME = "%Y%m%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingReport:
    """What an import of funding did, in stamps; `held` are all that the store now has."""

    symbol: str
    added: int
    replaced: int
    unchanged: int
    held: int
    first_ts_us: int | None
    last_ts_us: int | None


@dataclass(frozen=True, slots=True)
class _Stamp:
    ts_us: int
    rate: float
    mark: float = math.nan


class _Row(Struct, frozen=True, rename="camel"):
    symbol: str
    funding_rate: str
    funding_rate_timestamp: str


class _History(Struct, frozen=True, rename={"rows": "list"}):
    rows: list[_Row]


def import_funding(store_path: Path, paths: Sequence[Path], symbol: str) -> FundingReport:
    """Add funding stamps to a symbol's store, in one transaction; a stamp that the store holds otherwise is replaced.

    Raises:
        UsageError: no files.
        SchemaError: a file is of no known form.
        DataError: a file is of another symbol, holds values that cannot be true, or two files contradict each other.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    if not paths:
        raise UsageError("expected files of funding to import, found none named")
    given = _merged([stamp for path in paths for stamp in read_stamps(path, symbol)], symbol)
    with reading(store_path) as store:
        held = _by_time(read_funding(store))
    changed = [stamp for stamp in given if not _same(held.get(stamp.ts_us), stamp)]
    if changed:
        with writing(store_path, symbol) as writer:
            writer.put_funding(_columns(changed))
    replaced = sum(stamp.ts_us in held for stamp in changed)
    times = held.keys() | {stamp.ts_us for stamp in given}
    return FundingReport(
        symbol=symbol,
        added=len(changed) - replaced,
        replaced=replaced,
        unchanged=len(given) - len(changed),
        held=len(times),
        first_ts_us=min(times, default=None),
        last_ts_us=max(times, default=None),
    )


def read_stamps(path: Path, symbol: str) -> list[_Stamp]:
    """Return the stamps of a file, in its order.

    Raises:
        SchemaError: the file is of no known form.
        DataError: it is of another symbol, or holds values that cannot be true.
    """
    content = read_unpacked(path)
    stamps = _answered(path, symbol) if content.lstrip().startswith(b"{") else _written(path, content)
    for stamp in stamps:
        if not abs(stamp.rate) <= MAX_RATE or stamp.mark <= 0:
            raise DataError(
                f"{path}: expected a rate of at most {MAX_RATE} and a mark above zero, "
                f"found {stamp.rate} and {stamp.mark}"
            )
    return stamps


def _answered(path: Path, symbol: str) -> list[_Stamp]:
    rows = read_answer(path, _History).rows
    others = {row.symbol for row in rows} - {symbol}
    if others:
        raise DataError(f"{path}: expected funding of {symbol}, found that of {', '.join(sorted(others))}")
    return [_stamp(path, [row.funding_rate_timestamp, row.funding_rate]) for row in rows]


def _written(path: Path, content: bytes) -> list[_Stamp]:
    try:
        lines = [row for row in csv.reader(content.decode().splitlines()) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SchemaError(f"{path}: expected a CSV or JSON file of funding, found: {error}") from error
    if not lines:
        raise SchemaError(f"{path}: expected a CSV or JSON file of funding, found an empty one")
    names = [name.strip().lower() for name in lines[0]]
    if {"timestamp", "rate"} <= set(names):
        order = [names.index(name) for name in ("timestamp", "rate", "mark") if name in names]
        return [_stamp(path, [row[place] for place in order if place < len(row)]) for row in lines[1:]]
    if _lean_us(lines[0][0]) is None:
        raise SchemaError(f"{path}: expected a header with timestamp and rate, found {','.join(lines[0])[:80]!r}")
    return [_stamp(path, row[:2]) for row in lines]


def _stamp(path: Path, cells: Sequence[str]) -> _Stamp:
    try:
        ts_us, rate, *mark = cells
        return _Stamp(_time_us(ts_us), float(rate), *(float(cell) for cell in mark if cell.strip()))
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise DataError(f"{path}: expected a time and a rate, found {','.join(cells)!r}") from error


def _time_us(text: str) -> int:
    lean_us = _lean_us(text)
    if lean_us is not None:
        return lean_us
    number = Decimal(text)
    # Seconds, milliseconds or microseconds: they are a thousand apart, the years that markets know are not.
    scale = 1 if number >= 10**14 else 1000 if number >= 10**11 else 1_000_000
    return int(number * scale)


def _lean_us(text: str) -> int | None:
    try:
        found = datetime.strptime(text.strip(), _LEAN_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(found.timestamp()) * 1_000_000


def _merged(stamps: Iterable[_Stamp], symbol: str) -> list[_Stamp]:
    merged: dict[int, _Stamp] = {}
    for stamp in stamps:
        known = merged.setdefault(stamp.ts_us, stamp)
        if not _same(known, stamp):
            raise DataError(f"{symbol}: expected one rate at {stamp.ts_us} us, found {known.rate} and {stamp.rate}")
    return [merged[ts_us] for ts_us in sorted(merged)]


def _same(one: _Stamp | None, other: _Stamp) -> bool:
    return one is not None and repr(one) == repr(other)


def _by_time(funding: Funding) -> dict[int, _Stamp]:
    rows = zip(funding.ts_us.tolist(), funding.rate.tolist(), funding.mark.tolist(), strict=True)
    return {row[0]: _Stamp(*row) for row in rows}


def _columns(stamps: Sequence[_Stamp]) -> Funding:
    if not stamps:
        return NO_FUNDING
    return Funding(
        ts_us=np.array([stamp.ts_us for stamp in stamps], dtype=np.int64),
        rate=np.array([stamp.rate for stamp in stamps]),
        mark=np.array([stamp.mark for stamp in stamps]),
    )
