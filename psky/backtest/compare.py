"""Two backtests side by side: metrics, the difference of their returns, their specs, and the trades of one alone."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl

from psky.backtest.result import BacktestResult
from psky.domain.text import signed, span
from psky.domain.time import DAY_US, SECOND_US
from psky.errors import UsageError
from psky.replay.figures import Interval
from psky.replay.metrics import period_returns
from psky.replay.periods import sampling_us
from psky.replay.statistics.arrays import Floats
from psky.replay.statistics.interval import Bootstrap, bca_intervals, block_length
from psky.replay.statistics.reductions import mean
from psky.spec.codec import differences, from_dict

_KEY = ("decided_ts_us", "side")
_SHOWN = 10


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Mean of B less A of returns paired period by period, in R, over the time that both cover."""

    start_ts_us: int
    end_ts_us: int
    period_us: int
    periods: int
    mean_r_per_day: float
    interval: Interval | None
    """95 % by the stationary bootstrap, in R a day; None with too few periods."""

    @property
    def words(self) -> str:
        """The difference as people read it."""
        between = self.interval
        interval = (
            "too few periods for an interval"
            if between is None
            else f"95 % interval {signed(between.low)} to {signed(between.high)}"
        )
        length = span(self.period_us / SECOND_US)
        return f"B - A: {signed(self.mean_r_per_day)} R a day ({interval}; {self.periods} paired returns of {length})"


class OneSided(msgspec.Struct, frozen=True, kw_only=True):
    """Trades that only one of two backtests has, by the touch that was entered and its side."""

    trades: int
    net_r: float
    first: list[dict[str, Any]]
    """The first of them, in time order."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Backtest B beside backtest A."""

    metrics: dict[str, tuple[Any, Any]]
    """Name -> (of A, of B)."""
    difference: Difference | None
    """None where they share no time."""
    spec: dict[str, tuple[Any, Any]]
    """Dotted name -> (of A, of B), where they differ."""
    same_tape: bool
    same_ledger: bool
    """Whether both did the same, trade for trade; never true for a result with overrides."""
    common_trades: int
    only_a: OneSided
    only_b: OneSided

    @property
    def difference_words(self) -> str:
        """The difference of their returns as people read it."""
        apart = "they share no time, so that their returns cannot be paired"
        return apart if self.difference is None else self.difference.words


def compare(a: BacktestResult, trades_a: pl.DataFrame, b: BacktestResult, trades_b: pl.DataFrame) -> Comparison:
    """Return what tells two backtests of one symbol apart.

    Raises:
        UsageError: they are of two symbols.
    """
    if a.symbol != b.symbol:
        raise UsageError(f"expected two backtests of one symbol, found {a.symbol} and {b.symbol}")
    names = dict.fromkeys([*a.metrics, *b.metrics])
    return Comparison(
        metrics={name: (a.metrics.get(name), b.metrics.get(name)) for name in names},
        difference=_difference(a, trades_a, b, trades_b),
        spec=differences(from_dict(b.spec), from_dict(a.spec)),
        same_tape=a.tape_fingerprint == b.tape_fingerprint,
        same_ledger=a.digest == b.digest and not a.overrides and not b.overrides,
        common_trades=len(trades_a.join(trades_b, on=_KEY, how="semi")),
        only_a=_one_sided(trades_a, trades_b),
        only_b=_one_sided(trades_b, trades_a),
    )


def _difference(
    a: BacktestResult, trades_a: pl.DataFrame, b: BacktestResult, trades_b: pl.DataFrame
) -> Difference | None:
    start_us, end_us = max(a.start_ts_us, b.start_ts_us), min(a.end_ts_us, b.end_ts_us)
    if start_us >= end_us:
        return None
    period_us = sampling_us(end_us - start_us)
    sides = ((a, trades_a), (b, trades_b))
    returns = [_returns(result, trades, start_us, end_us, period_us) for result, trades in sides]
    apart = returns[1] - returns[0]
    a_day = DAY_US / period_us
    block = block_length(apart) if len(apart) > 1 else 1.0
    found = bca_intervals(apart[:, None], {"mean": lambda rows: mean(rows[..., 0, :])}, block=block, how=Bootstrap())[
        "mean"
    ]
    return Difference(
        start_ts_us=start_us,
        end_ts_us=end_us,
        period_us=period_us,
        periods=len(apart),
        mean_r_per_day=float(apart.mean()) * a_day,
        interval=None if found is None else Interval(low=found.low * a_day, high=found.high * a_day),
    )


def _returns(result: BacktestResult, trades: pl.DataFrame, start_us: int, end_us: int, period_us: int) -> Floats:
    # What a trade does past the end of its part counts at that end, as in the metrics.
    exit_us = np.minimum(trades["exit_ts_us"].to_numpy(), result.end_ts_us)
    inside = (exit_us >= start_us) & (exit_us <= end_us)
    net_r = trades["net_r"].to_numpy()[inside]
    return period_returns(net_r, exit_us[inside], start_us=start_us, end_us=end_us, period_us=period_us)


def _one_sided(these: pl.DataFrame, others: pl.DataFrame) -> OneSided:
    alone = these.join(others, on=_KEY, how="anti").sort("decided_ts_us")
    return OneSided(
        trades=len(alone), net_r=float(alone["net_r"].sum()), first=list(alone.head(_SHOWN).iter_rows(named=True))
    )
