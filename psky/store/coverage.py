"""What the trades of a store cover and where they are doubtful, in SQL."""

from __future__ import annotations

from typing import Any

from psky.domain.time import DAY_US
from psky.store.marks import IS_BUY
from psky.store.records import DayCount, Gap, Overlap, PriceJump
from psky.store.tape_store import PLACES, TAPE_ORDER, TapeStore

# Bounds of the jumps that are looked at one by one.
_LISTED_JUMPS = 10

# Files whose spans meet: only they can hold a trade twice.
_MEETING = """
    FROM files a JOIN files b
    ON (a.first_ts_us, a.name) < (b.first_ts_us, b.name) AND b.first_ts_us <= a.last_ts_us
"""


def days(store: TapeStore) -> tuple[DayCount, ...]:
    """Return the number of trades of each UTC day that has any, in order."""
    found = _rows(
        store,
        "SELECT strftime(make_timestamp(day * ?), '%Y-%m-%d'), n "
        "FROM (SELECT ts_us // ? AS day, count(*) AS n FROM trades GROUP BY day) ORDER BY day",
        DAY_US,
        DAY_US,
    )
    return tuple(DayCount(day=day, trades=count) for day, count in found)


def gaps(store: TapeStore, min_gap_s: float) -> tuple[Gap, ...]:
    """Return the stretches without a trade of at least `min_gap_s` seconds, in order."""
    return _gaps(store, "WHERE ts_us - before >= ? ORDER BY ts_us", round(min_gap_s * 1e6))


def longest_gaps(store: TapeStore, count: int) -> tuple[Gap, ...]:
    """Return the `count` longest stretches without a trade, longest first."""
    return _gaps(store, "WHERE ts_us > before ORDER BY ts_us - before DESC, ts_us LIMIT ?", count)


def overlaps(store: TapeStore) -> tuple[Overlap, ...]:
    """Return the pairs of files whose spans meet, in order."""
    found = _rows(
        store,
        f"SELECT a.name, b.name, b.first_ts_us, least(a.last_ts_us, b.last_ts_us) {_MEETING} "
        "ORDER BY b.first_ts_us, a.name, b.name",
    )
    return tuple(Overlap(first=a, second=b, start_us=start, end_us=end) for a, b, start, end in found)


def duplicates(store: TapeStore) -> int:
    """Count trades that are in another file too: the same time, price, size and side."""
    found = _rows(
        store,
        f"""
        WITH meeting AS (SELECT unnest([a.file_id, b.file_id]) AS file_id {_MEETING}),
        counts AS (
            SELECT ts_us, price, size, {IS_BUY} AS side, file_id, count(*) AS n
            FROM trades WHERE file_id IN (SELECT file_id FROM meeting) GROUP BY ALL
        )
        SELECT coalesce(sum(extra), 0)::BIGINT
        FROM (SELECT sum(n) - max(n) AS extra FROM counts GROUP BY ts_us, price, size, side)
        """,  # noqa: S608 - constants
    )
    return int(found[0][0])


def jumps(store: TapeStore, min_change: float) -> tuple[int, tuple[PriceJump, ...]]:
    """Return how many trades are over `min_change` (a share) from the one before, and the ten farthest of them."""
    found = _rows(
        store,
        f"""
        WITH tape AS (
            SELECT ts_us, price, price / lag(price) OVER (ORDER BY {TAPE_ORDER}) - 1 AS change
            FROM trades JOIN {PLACES} USING (file_id)
        )
        SELECT ts_us, price, change, count(*) OVER () FROM tape WHERE abs(change) > ?
        ORDER BY abs(change) DESC, ts_us LIMIT ?
        """,  # noqa: S608 - constants
        min_change,
        _LISTED_JUMPS,
    )
    listed = tuple(PriceJump(ts_us=ts_us, price=price, change=change) for ts_us, price, change, _ in found)
    return (int(found[0][3]) if found else 0), listed


def reject_reasons(store: TapeStore) -> dict[str, int]:
    """Count the rejected rows by reason, most frequent first."""
    found = _rows(store, "SELECT reason, count(*) AS n FROM rejects GROUP BY reason ORDER BY n DESC, reason")
    return {str(reason): int(count) for reason, count in found}


def _gaps(store: TapeStore, which: str, *parameters: float) -> tuple[Gap, ...]:
    found = _rows(
        store,
        "SELECT before, ts_us FROM (SELECT ts_us, lag(ts_us) OVER (ORDER BY ts_us) AS before FROM trades) "  # noqa: S608
        + which,
        *parameters,
    )
    return tuple(Gap(start_us=start, end_us=end) for start, end in found)


def _rows(store: TapeStore, sql: str, *parameters: float) -> list[tuple[Any, ...]]:
    return store.connection.execute(sql, list(parameters)).fetchall()
