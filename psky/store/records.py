"""What a store tells about its files and trades."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file that was imported: content hash, size in bytes, counts, form, span, and the most decimals it prints.

    The content hash begins with its algorithm: `xxh128:` of a file, `sha256:` of a generated tape. A file that an older
    psky hashed otherwise counts as changed, once.
    """

    name: str
    content_hash: str
    bytes: int
    rows: int
    rejected: int
    dialect: str
    time_unit: str
    first_ts_us: int
    last_ts_us: int
    price_decimals: int
    size_decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRecord:
    """A row that was left out: file, line counted from 1 at the header, why, and its first 200 characters."""

    file: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch without a trade, between the trades at its two ends."""

    start_us: int
    end_us: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end_us - self.start_us) / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """The trades of one UTC day, written `2018-01-25`."""

    day: str
    trades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two files whose spans meet."""

    first: str
    second: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceJump:
    """A trade far from the one before it; `change` is the price ratio minus one."""

    ts_us: int
    price: float
    change: float
