"""The performance of a series of returns (METHOD 9): psky's own figures, and those of the published list beside them.

psky reports a run by `psky.replay.measures`; what it does not report (CAGR, Calmar, ulcer) is reckoned here plainly, so
that the published values hold as a whole.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from psky.replay.statistics import reductions as of
from psky.replay.statistics.sharpe import moments, psr


def performance(returns: NDArray[np.float64], periods_per_year: float) -> dict[str, float]:
    """Return the figures by their names in the list, of simple returns float64[T] that vary."""
    equity = np.cumprod(1 + returns)
    drawdown = equity / np.maximum.accumulate(np.maximum(equity, 1.0)) - 1
    cagr = float(equity[-1]) ** (periods_per_year / returns.size) - 1
    found = moments(returns)
    assert found is not None
    under = [sum(1 for _ in run) for below, run in itertools.groupby(drawdown < 0) if below]
    return {
        "mean": float(of.mean(returns)),
        "sd": float(returns.std(ddof=1)),
        "sharpe": float(of.sharpe(returns, periods_per_year)),
        "sharpe_252": float(of.sharpe(returns, 252)),
        "sortino": float(of.sortino(returns, periods_per_year)),
        "vol": float(returns.std(ddof=1)) * math.sqrt(periods_per_year),
        "total": float(equity[-1]) - 1,
        "cagr": cagr,
        "mdd": float(drawdown.min()),
        "calmar": cagr / -float(drawdown.min()),
        "ulcer": math.sqrt(float(np.mean(drawdown**2))),
        "pf": float(of.profit_factor(returns)),
        "win": float(of.win_rate(returns[returns != 0])),
        "cvar5": float(of.cvar(returns, 0.05)),
        "cvar_ru_5": float(of.cvar(returns, 0.05)),
        "cvar_ru_10": float(of.cvar(returns, 0.10)),
        "cvar_ru_12": float(of.cvar(returns, 0.12)),
        "time_under_water": max(under, default=0),
        "psr0": psr(found.sharpe, 0.0, found.periods, found.skew, found.kurtosis),
    }
