"""What a list of trades earned and cost, in R (METHOD 9). What is undefined is None, never NaN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.domain.time import DAY_US, SECOND_US
from psky.errors import UsageError
from psky.replay.statistics import reductions
from psky.replay.statistics.arrays import Floats, Ints
from psky.replay.statistics.reductions import defined


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeMetrics:
    """A list of trades in R, after costs; without trades totals are zero, and means and the win rate None."""

    trades: int
    net_r: float
    mean_r: float | None
    win_rate: float | None
    profit_factor: float | None
    """None with fewer than five losses."""
    net_r_per_day: float
    max_drawdown_r: float
    """Depth, zero or positive, of the closed-trade curve that starts at 0."""
    longest_underwater_s: float
    """Longest time from a peak of that curve until it is reached again, or to the end of the span."""
    exposure_share: float
    """Share of the span with a position, overlapping trades counted once."""
    average_hold_s: float | None
    sqn: float | None
    """sqrt(n) mean / sd; None with fewer than two trades or equal results."""
    fees_r: float


def trade_metrics(
    net_r: ArrayLike,
    entry_ts_us: ArrayLike,
    exit_ts_us: ArrayLike,
    fees_r: ArrayLike,
    *,
    start_us: int,
    end_us: int,
) -> TradeMetrics:
    """Return the metrics of closed trades, in any order, seen over [start_us, end_us].

    Args:
        net_r: net results in R, float64[n].
        entry_ts_us: time of the first fill, int64[n], microseconds UTC.
        exit_ts_us: time of the last fill, int64[n].
        fees_r: fees paid in R, float64[n].
        start_us: start of the span.
        end_us: end of the span.

    Raises:
        UsageError: columns of different lengths, a trade outside the span or that ends before it starts.
    """
    result, entry, leave = _trades(net_r, entry_ts_us, exit_ts_us, start_us, end_us)
    count, total = result.size, float(result.sum())
    depth, underwater_us = _curve(result, leave, start_us, end_us)
    span_us = end_us - start_us
    return TradeMetrics(
        trades=count,
        net_r=total,
        mean_r=defined(reductions.mean(result)),
        win_rate=defined(reductions.win_rate(result)),
        profit_factor=defined(reductions.profit_factor(result)),
        net_r_per_day=total / span_us * DAY_US,
        max_drawdown_r=depth,
        longest_underwater_s=underwater_us / SECOND_US,
        exposure_share=int(exposed_until(entry, leave, np.array([end_us]))[0]) / span_us,
        average_hold_s=float(np.mean(leave - entry)) / SECOND_US if count else None,
        sqn=defined(reductions.sqn(result)),
        fees_r=float(np.sum(np.asarray(fees_r, dtype=np.float64))),
    )


def period_returns(net_r: ArrayLike, exit_ts_us: ArrayLike, *, start_us: int, end_us: int, period_us: int) -> Floats:
    """Return the sum of R closed in each period from `start_us` on, zero in idle ones, float64[T].

    The last period ends at or after `end_us`; a trade that closes at `end_us` belongs to it.

    Raises:
        UsageError: columns of different lengths, a trade closed outside the span, a non-positive period.
    """
    if period_us <= 0:
        raise UsageError(f"expected a period above zero, found {period_us}")
    result, _, leave = _trades(net_r, exit_ts_us, exit_ts_us, start_us, end_us)
    periods = -(-(end_us - start_us) // period_us)
    place = np.minimum((leave - start_us) // period_us, periods - 1)
    return np.bincount(place, weights=result, minlength=periods).astype(np.float64)


def exposed_until(entry_us: Ints, exit_us: Ints, times_us: Ints) -> Ints:
    """Return the time with a position before each of `times_us`, overlapping trades counted once, int64, us."""
    order = np.argsort(entry_us, kind="stable")
    starts, ends = entry_us[order], exit_us[order]
    latest = np.concatenate([starts[:1], np.maximum.accumulate(ends)[:-1]])
    starts = np.maximum(starts, latest)
    lengths = np.maximum(ends - starts, 0)
    before = np.concatenate([[0], np.cumsum(lengths)])
    place = np.searchsorted(starts, times_us, side="right")
    last = np.maximum(place - 1, 0)
    if not len(starts):
        return np.zeros(len(times_us), np.int64)
    unspent = np.where(place > 0, np.maximum(starts[last] + lengths[last] - times_us, 0), 0)
    return np.asarray(before[place] - unspent, dtype=np.int64)


def _trades(
    net_r: ArrayLike, entry_ts_us: ArrayLike, exit_ts_us: ArrayLike, start_us: int, end_us: int
) -> tuple[Floats, Ints, Ints]:
    result = np.asarray(net_r, dtype=np.float64)
    entry, leave = np.asarray(entry_ts_us, dtype=np.int64), np.asarray(exit_ts_us, dtype=np.int64)
    if end_us <= start_us:
        raise UsageError(f"expected a span that ends after it starts, found {start_us} to {end_us}")
    if result.ndim != 1 or not result.shape == entry.shape == leave.shape or not np.isfinite(result).all():
        raise UsageError(
            f"expected finite results and times of one length, found {result.shape}, {entry.shape}, {leave.shape}"
        )
    if result.size and (entry.min() < start_us or leave.max() > end_us or (leave < entry).any()):
        raise UsageError(
            f"expected trades within {start_us} to {end_us}, found {int(entry.min())} to {int(leave.max())}"
        )
    return result, entry, leave


def _curve(result: Floats, leave: Ints, start_us: int, end_us: int) -> tuple[float, int]:
    """Return depth of the deepest drawdown in R and the longest time under water in microseconds."""
    order = np.argsort(leave, kind="stable")
    curve = np.concatenate([[0.0], np.cumsum(result[order])])
    times = np.concatenate([[start_us], leave[order], [end_us]])
    peak = np.maximum.accumulate(curve)
    # Between one point at the peak and the next the curve is under water, if anything lies between them; the last
    # such stretch runs to the end of the span.
    at_peak = np.append(np.flatnonzero(curve >= peak), curve.size)
    under = np.diff(at_peak) > 1
    longest = np.max(np.diff(times[at_peak])[under], initial=0)
    return float((peak - curve).max()), int(longest)
