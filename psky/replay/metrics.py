"""Performance of a series of returns and of a list of trades (METHOD 9). What is undefined is None, never NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics.arrays import Floats, Ints, series
from psky.replay.statistics.sharpe import moments, psr

MIN_LOSSES = 5
"""Fewest losses for which a profit factor means anything (METHOD 9)."""

_SECOND_US = 1_000_000
_DAY_US = 86_400 * _SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Simple returns of equity at a fixed sampling, idle periods as zeros, risk-free rate zero."""

    mean: float
    sd: float | None
    """With n - 1; None for one period."""
    sharpe: float | None
    """Annualised; None for returns that do not vary."""
    sortino: float | None
    """Annualised mean over the root of the mean squared loss, all periods counted; None without a loss."""
    volatility: float | None
    """Annualised standard deviation."""
    total: float
    cagr: float
    """-1 once equity is gone."""
    max_drawdown: float
    """Zero or negative, on equity that starts at 1."""
    calmar: float | None
    ulcer: float
    """Root of the mean squared drawdown."""
    profit_factor: float | None
    """None with fewer than five losses."""
    win_rate: float | None
    """Among the periods that are not zero."""
    cvar_5: float
    underwater_periods: int
    """Longest run of periods below an earlier peak."""
    psr_0: float | None
    """P(true Sharpe ratio > 0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeMetrics:
    """A list of trades in R, after costs; without trades, totals, means and shares are zero."""

    trades: int
    net_r: float
    mean_r: float
    win_rate: float
    profit_factor: float | None
    """None with fewer than five losses."""
    net_r_per_day: float
    max_drawdown_r: float
    """Depth, zero or positive, of the closed-trade curve that starts at 0."""
    longest_underwater_s: float
    """Longest time from a peak of that curve until it is reached again, or to the end of the span."""
    exposure_share: float
    """Share of the span with a position, overlapping trades counted once."""
    average_hold_s: float
    sqn: float | None
    """sqrt(n) mean / sd; None with fewer than two trades or equal results."""
    fees_r: float


def performance(returns: ArrayLike, periods_per_year: float = 365) -> Performance:
    """Return the performance of simple returns, float64[T].

    Raises:
        UsageError: no returns, values that are not finite, or a non-positive number of periods a year.
    """
    values = series(returns)
    if not periods_per_year > 0:
        raise UsageError(f"expected periods per year above zero, found {periods_per_year}")
    year = math.sqrt(periods_per_year)
    mean, found = float(values.mean()), moments(values) if values.size > 1 else None
    sd = float(np.std(values, ddof=1)) if values.size > 1 else None
    downside = math.sqrt(float(np.mean(np.minimum(values, 0.0) ** 2)))
    equity = np.cumprod(1 + values, dtype=np.float64)
    drawdown = _drawdown(equity)
    final, depth = float(equity[-1]), float(drawdown.min())
    cagr = final ** (periods_per_year / values.size) - 1 if equity.min() > 0 else -1.0
    moved = values[values != 0]
    return Performance(
        mean=mean,
        sd=sd,
        sharpe=found.sharpe * year if found else None,
        sortino=mean / downside * year if downside > 0 else None,
        volatility=sd * year if sd is not None else None,
        total=final - 1,
        cagr=cagr,
        max_drawdown=depth,
        calmar=cagr / -depth if depth < 0 else None,
        ulcer=math.sqrt(float(np.mean(drawdown**2))),
        profit_factor=profit_factor(values),
        win_rate=float(np.mean(moved > 0)) if moved.size else None,
        cvar_5=cvar(values, 0.05),
        underwater_periods=_longest_run(drawdown < 0),
        psr_0=psr(found.sharpe, 0.0, found.periods, found.skew, found.kurtosis) if found else None,
    )


def cvar(returns: ArrayLike, share: float) -> float:
    """Return the mean of the worst `share` of returns, the last one counted in part (Rockafellar and Uryasev 2002)."""
    values = np.sort(series(returns))
    if not 0 < share <= 1:
        raise UsageError(f"expected a share within (0, 1], found {share}")
    mass = share * values.size
    whole = min(math.floor(mass + 1e-12), values.size)
    rest = (mass - whole) * float(values[whole]) if whole < values.size else 0.0
    return (float(values[:whole].sum()) + rest) / mass


def profit_factor(results: ArrayLike) -> float | None:
    """Return the sum of gains over the sum of losses; None with fewer than five losses."""
    values = np.asarray(results, dtype=np.float64)
    losses = values[values < 0]
    return float(values[values > 0].sum() / -losses.sum()) if losses.size >= MIN_LOSSES else None


def trade_metrics(
    net_r: ArrayLike,
    entry_ts_us: ArrayLike,
    exit_ts_us: ArrayLike,
    fees_r: ArrayLike | None = None,
    *,
    start_us: int,
    end_us: int,
) -> TradeMetrics:
    """Return the metrics of closed trades, in any order, seen over [start_us, end_us].

    Args:
        net_r: net results in R, float64[n].
        entry_ts_us: time of the first fill, int64[n], microseconds UTC.
        exit_ts_us: time of the last fill, int64[n].
        fees_r: fees paid in R, float64[n]; None leaves them at zero.
        start_us: start of the span.
        end_us: end of the span.

    Raises:
        UsageError: columns of different lengths, a trade outside the span or that ends before it starts.
    """
    result, entry, leave = _trades(net_r, entry_ts_us, exit_ts_us, start_us, end_us)
    count, total = result.size, float(result.sum())
    fees = 0.0 if fees_r is None else float(np.sum(np.asarray(fees_r, dtype=np.float64)))
    depth, underwater_us = _curve(result, leave, start_us, end_us)
    sd = float(np.std(result, ddof=1)) if count > 1 and result.min() < result.max() else 0.0
    span_us = end_us - start_us
    return TradeMetrics(
        trades=count,
        net_r=total,
        mean_r=total / count if count else 0.0,
        win_rate=float(np.mean(result > 0)) if count else 0.0,
        profit_factor=profit_factor(result),
        net_r_per_day=total / span_us * _DAY_US,
        max_drawdown_r=depth,
        longest_underwater_s=underwater_us / _SECOND_US,
        exposure_share=_covered_us(entry, leave) / span_us,
        average_hold_s=float(np.mean(leave - entry)) / _SECOND_US if count else 0.0,
        sqn=math.sqrt(count) * float(result.mean()) / sd if sd > 0 else None,
        fees_r=fees,
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


def _drawdown(equity: Floats) -> Floats:
    peak = np.maximum.accumulate(np.maximum(equity, 1.0))
    return np.asarray(equity / peak - 1)


def _longest_run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    breaks = np.flatnonzero(np.concatenate([[True], ~flags, [True]]))
    return int(np.diff(breaks).max()) - 1


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


def _covered_us(entry: Ints, leave: Ints) -> int:
    order = np.argsort(entry, kind="stable")
    starts, ends = entry[order], leave[order]
    before = np.concatenate([starts[:1], np.maximum.accumulate(ends)[:-1]])
    return int(np.sum(np.maximum(ends - np.maximum(starts, before), 0)))
