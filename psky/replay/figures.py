"""Figures of a replay with how sure they are, as plain values: light to import, for those who only show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SAME = 1e-9


def one_p(ps: Sequence[float]) -> bool:
    """Return whether all of some probabilities are the same, which tells no touches apart."""
    return max(ps, default=0.0) - min(ps, default=0.0) < _SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the figure of the process behind the rows lies with the confidence of its making."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricIntervals:
    """An interval of each metric by its name; None where too little is known for one.

    They come from the stationary bootstrap of trades, of days for ratios of daily returns, and of days or where they
    are few of hours for the rest, in blocks of the mean lengths that Politis and White (2004, as corrected in 2009)
    choose, and are of the BCa kind. Those of times under water count whole periods.
    """

    level: float
    reps: int
    trade_block: float
    """Mean length of a block, in trades."""
    day_block: float
    period_block: float
    of: dict[str, Interval | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Markout:
    """The mean move of the mid `horizon_s` after `count` events, positive in favour of whoever traded.

    In basis points of the price and in R; None where nothing is known, intervals also where too little is.
    """

    horizon_s: float
    count: int
    bp: float | None
    bp_interval: Interval | None
    r: float | None
    r_interval: Interval | None
