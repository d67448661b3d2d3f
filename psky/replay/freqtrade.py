"""What freqtrade would have said of the same trades."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from psky.domain.time import DAYS_PER_YEAR
from psky.replay.statistics.arrays import series


def freqtrade_sharpe(profit_ratios: ArrayLike, days: float) -> float | None:
    """Return the ratio that freqtrade 2026.9 prints as Sharpe: of trades, not of days, for comparison with its reports.

    Yearly root of the profit a day over the population deviation of the single trades: idle days shrink the numerator
    alone. None where trades do not vary.
    """
    profits = series(profit_ratios)
    spread = float(np.std(profits))
    return float(profits.sum()) / days / spread * math.sqrt(DAYS_PER_YEAR) if spread > 0 else None
