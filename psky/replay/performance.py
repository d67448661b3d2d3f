"""Performance of a series of returns (METHOD 9). What is undefined is None, never NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics import reductions
from psky.replay.statistics.arrays import Floats, series
from psky.replay.statistics.reductions import defined
from psky.replay.statistics.sharpe import moments, psr

DAYS_PER_YEAR = 365
"""Crypto trades around the clock, every day of the year."""


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


def performance(returns: ArrayLike, periods_per_year: float = DAYS_PER_YEAR) -> Performance:
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
    equity = np.cumprod(1 + values, dtype=np.float64)
    drawdown = _drawdown(equity)
    final, depth = float(equity[-1]), float(drawdown.min())
    cagr = final ** (periods_per_year / values.size) - 1 if equity.min() > 0 else -1.0
    moved = values[values != 0]
    return Performance(
        mean=mean,
        sd=sd,
        sharpe=defined(reductions.sharpe(values, periods_per_year)),
        sortino=defined(reductions.sortino(values, periods_per_year)),
        volatility=sd * year if sd is not None else None,
        total=final - 1,
        cagr=cagr,
        max_drawdown=depth,
        calmar=cagr / -depth if depth < 0 else None,
        ulcer=math.sqrt(float(np.mean(drawdown**2))),
        profit_factor=defined(reductions.profit_factor(values)),
        win_rate=float(np.mean(moved > 0)) if moved.size else None,
        cvar_5=cvar(values, 0.05),
        underwater_periods=_longest_run(drawdown < 0),
        psr_0=psr(found.sharpe, 0.0, found.periods, found.skew, found.kurtosis) if found else None,
    )


def cvar(returns: ArrayLike, share: float) -> float:
    """Return the mean of the worst `share` of returns, the last one counted in part (Rockafellar and Uryasev 2002)."""
    return float(reductions.cvar(series(returns), share))


def freqtrade_sharpe(profit_ratios: ArrayLike, days: float) -> float | None:
    """Return the ratio that freqtrade 2026.9 prints as Sharpe: of trades, not of days, for comparison with its reports.

    Yearly root of the profit a day over the population deviation of the single trades: idle days shrink the numerator
    alone. None where trades do not vary.
    """
    profits = series(profit_ratios)
    spread = float(np.std(profits))
    return float(profits.sum()) / days / spread * math.sqrt(DAYS_PER_YEAR) if spread > 0 else None


def _drawdown(equity: Floats) -> Floats:
    peak = np.maximum.accumulate(np.maximum(equity, 1.0))
    return np.asarray(equity / peak - 1)


def _longest_run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    breaks = np.flatnonzero(np.concatenate([[True], ~flags, [True]]))
    return int(np.diff(breaks).max()) - 1
