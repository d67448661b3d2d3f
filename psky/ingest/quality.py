"""How complete and how believable the trades of a store are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky.domain.time import HOUR_US
from psky.errors import DataError
from psky.store import coverage
from psky.store.funding import read_funding
from psky.store.records import DayCount, Gap, Overlap, PriceJump
from psky.store.tape_store import TapeStore

MIN_GAP_S = 3600.0
LONGEST_GAPS = 10
OUTLIER_CHANGE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingCoverage:
    """How many funding stamps a store holds, when the first and last are, and between them the widest step in hours."""

    stamps: int
    first_ts_us: int | None
    last_ts_us: int | None
    widest_step_h: float | None


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
    funding: FundingCoverage


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
        funding=_funding(store),
    )


def _funding(store: TapeStore) -> FundingCoverage:
    ts_us = read_funding(store).ts_us
    return FundingCoverage(
        stamps=len(ts_us),
        first_ts_us=int(ts_us[0]) if len(ts_us) else None,
        last_ts_us=int(ts_us[-1]) if len(ts_us) else None,
        widest_step_h=float(np.diff(ts_us).max() / HOUR_US) if len(ts_us) > 1 else None,
    )
