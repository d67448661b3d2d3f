"""How complete and how believable the trades of a store are."""

from __future__ import annotations

from dataclasses import dataclass

from psky.errors import DataError
from psky.store import coverage
from psky.store.records import DayCount, Gap, Overlap, PriceJump
from psky.store.tape_store import TapeStore

MIN_GAP_S = 3600.0
LONGEST_GAPS = 10
OUTLIER_CHANGE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What a store covers, and what in it is doubtful.

    `gaps` are stretches without a trade of at least `min_gap_s` seconds, in order; `longest_gaps` the ten longest of
    any length. `rejects` counts the rows left out by reason, `duplicates` the trades that a second file holds too,
    `outliers` those more than a fifth from the trade before; `jumps` are the ten farthest of them.
    """

    symbol: str
    synthetic: bool
    rows: int
    first_ts_us: int
    last_ts_us: int
    files: int
    days: tuple[DayCount, ...]
    min_gap_s: float
    gaps: tuple[Gap, ...]
    longest_gaps: tuple[Gap, ...]
    rejected: int
    rejects: dict[str, int]
    duplicates: int
    overlaps: tuple[Overlap, ...]
    outliers: int
    jumps: tuple[PriceJump, ...]


def check_quality(store: TapeStore, min_gap_s: float = MIN_GAP_S) -> QualityReport:
    """Examine a store.

    Raises:
        DataError: it holds no trades.
    """
    files = store.files()
    if not files:
        raise DataError(f"{store.symbol}: expected trades, found an empty store; import trade files first")
    outliers, jumps = coverage.jumps(store, OUTLIER_CHANGE)
    return QualityReport(
        symbol=store.symbol,
        synthetic=store.instrument().synthetic,
        rows=sum(file.rows for file in files),
        first_ts_us=min(file.first_ts_us for file in files),
        last_ts_us=max(file.last_ts_us for file in files),
        files=len(files),
        days=coverage.days(store),
        min_gap_s=min_gap_s,
        gaps=coverage.gaps(store, min_gap_s),
        longest_gaps=coverage.longest_gaps(store, LONGEST_GAPS),
        rejected=sum(file.rejected for file in files),
        rejects=coverage.reject_reasons(store),
        duplicates=coverage.duplicates(store),
        overlaps=coverage.overlaps(store),
        outliers=outliers,
        jumps=jumps,
    )
