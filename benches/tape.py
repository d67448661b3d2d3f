"""The tape that all stages share: generated once, the same on every machine, kept as day files and as .csv.gz archives.

Twenty million trades cover 60 days; fewer cover fewer days at the same density, but never less than three. Rows are
of the simple form, `timestamp,price,size,side,tickDirection`, about 46 bytes each; prices are multiples of 0.01, sizes
of 0.001.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benches.ours import INSTRUMENT
from psky.domain.trades import TradeColumns

ROWS = 20_000_000
FEWEST_ROWS = 10_000
TICKS_A_UNIT, LOTS_A_UNIT = 100, 1000
COLUMNS = tuple(TradeColumns.__slots__)
TICK_WORDS = ("MinusTick", "ZeroMinusTick", "ZeroPlusTick", "PlusTick")

_VERSION = 1
_SEED = 20_260_101
_DAYS, _FEWEST_DAYS = 60, 3
_DAY_MS = 86_400_000
_FIRST_DAY_MS = 1_704_067_200_000  # 2024-01-01
_START_TICKS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchTape:
    """Trades of consecutive days: `columns` in memory, `csv` and `archives` as one file a day."""

    columns: TradeColumns
    csv: tuple[Path, ...]
    archives: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.columns)

    def tenth(self) -> BenchTape:
        """Return the first tenth of the days."""
        days = max(1, len(self.csv) // 10)
        end_us = (_FIRST_DAY_MS + days * _DAY_MS) * 1000
        rows = int(np.searchsorted(self.columns.ts_us, end_us))
        return BenchTape(columns=_head(self.columns, rows), csv=self.csv[:days], archives=self.archives[:days])


def load(cache: Path, rows: int) -> BenchTape:
    """Return the tape of `rows` trades, writing its files into `cache` unless they are there."""
    folder = cache / f"v{_VERSION}_{rows}"
    days = list(_days(rows))
    if not folder.exists():
        partial = cache / f"{folder.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for number, day in enumerate(days):
            _write_day(partial, number, day)
        partial.rename(folder)
    csv, archives = (tuple(sorted((folder / kind).iterdir())) for kind in ("csv", "gz"))
    return BenchTape(columns=_joined(days), csv=csv, archives=archives)


def _days(rows: int) -> Iterator[TradeColumns]:
    days = min(_DAYS, max(_FEWEST_DAYS, round(_DAYS * rows / ROWS)))
    edges = np.linspace(0, rows, days + 1).astype(np.int64)
    price, direction = _START_TICKS, 1
    for day, count in enumerate(np.diff(edges)):
        columns = _day(day, int(count), price, direction)
        price = round(float(columns.price[-1]) * TICKS_A_UNIT)
        direction = int(np.sign(columns.tick_direction[-1]))
        yield columns


def _day(day: int, count: int, price: int, direction: int) -> TradeColumns:
    """Return trades whose first is at midnight; three in ten share the instant and the price of the one before."""
    rng = np.random.default_rng([_SEED, day])
    ms = np.sort(rng.integers(0, _DAY_MS, count))
    follows = rng.random(count) < 0.3
    ms = np.maximum.accumulate(np.where(follows, 0, ms))
    ms[0] = 0
    moves = (rng.random(count) < 0.6) & ~follows
    change = np.where(moves, np.rint(rng.normal(0.0, 80.0, count)), 0.0).astype(np.int64)
    ticks = price + np.cumsum(change)
    lots = np.ceil(rng.exponential(50.0, count))
    side = np.where(rng.random(count) < 0.5, 1, -1).astype(np.int8)
    return TradeColumns(
        ts_us=(_FIRST_DAY_MS + day * _DAY_MS + ms) * 1000,
        price=ticks / TICKS_A_UNIT,
        size=lots / LOTS_A_UNIT,
        side=side,
        tick_direction=_tick_direction(change, direction),
        flags=np.zeros(count, dtype=np.uint8),
    )


def _tick_direction(change: NDArray[np.int64], before: int) -> NDArray[np.int8]:
    signs = np.sign(change)
    last = np.maximum.accumulate(np.where(signs != 0, np.arange(len(signs)), -1))
    carried = np.where(last >= 0, signs[last], before)
    codes: NDArray[np.int8] = np.where(signs != 0, 2 * signs, carried).astype(np.int8)
    return codes


def _write_day(folder: Path, number: int, day: TradeColumns) -> None:
    csv = folder / "csv" / f"{INSTRUMENT.symbol}_day_{number:02}.csv"
    archive = folder / "gz" / f"{csv.name}.gz"
    for path in (csv, archive):
        path.parent.mkdir(parents=True, exist_ok=True)
    sides = pl.Series(day.side)
    ticks = pl.Series(day.tick_direction)
    frame = pl.DataFrame(
        {
            "timestamp": day.ts_us // 1000 / 1000,
            "price": day.price,
            "size": day.size,
            "side": sides.replace_strict([1, -1], ["Buy", "Sell"]),
            "tickDirection": ticks.replace_strict([-2, -1, 1, 2], list(TICK_WORDS)),
        }
    )
    frame.write_csv(csv)
    # Without a time of its own an archive has the same bytes wherever it is made.
    archive.write_bytes(gzip.compress(csv.read_bytes(), compresslevel=6, mtime=0))


def _joined(days: list[TradeColumns]) -> TradeColumns:
    return TradeColumns(**{name: np.concatenate([getattr(day, name) for day in days]) for name in COLUMNS})


def _head(columns: TradeColumns, rows: int) -> TradeColumns:
    return TradeColumns(**{name: getattr(columns, name)[:rows] for name in COLUMNS})
