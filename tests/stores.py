"""Small stores for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from psky.domain.trades import TradeColumns
from psky.store.records import FileRecord, RejectRecord
from psky.store.tape_store import reading
from psky.store.writer import writing


def columns(ts_us: list[int], price: list[float]) -> TradeColumns:
    count = len(ts_us)
    return TradeColumns(
        ts_us=np.array(ts_us, dtype=np.int64),
        price=np.array(price),
        size=np.full(count, 0.5),
        side=np.ones(count, dtype=np.int8),
        tick_direction=np.full(count, 2, dtype=np.int8),
        flags=np.zeros(count, dtype=np.uint8),
    )


def record(name: str, trades: TradeColumns, content_hash: str = "") -> FileRecord:
    return FileRecord(
        name=name,
        content_hash=content_hash or name,
        bytes=1,
        rows=len(trades),
        rejected=1,
        dialect="simple",
        time_unit="s",
        first_ts_us=int(trades.ts_us.min()),
        last_ts_us=int(trades.ts_us.max()),
        price_decimals=1,
        size_decimals=2,
    )


def add(path: Path, name: str, trades: TradeColumns, content_hash: str = "") -> None:
    with writing(path, "XYZ") as writer:
        file_id = writer.new_file(name)
        writer.add_trades(file_id, trades)
        reject = RejectRecord(file=name, line=7, reason="unknown side", text="junk")
        writer.add_rejects(file_id, [reject])
        writer.finish_file(file_id, record(name, trades, content_hash))


def prices(path: Path) -> list[float]:
    with reading(path) as store:
        found: list[float] = store.read_trades().price.tolist()
        return found
