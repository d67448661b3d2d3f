"""All metrics of a replay, each with an interval (METHOD 9).

Metrics are figures of frames: of trades, in the order of their exits, and of days or hours. Their intervals are of the
same figures of resampled rows, so that a metric and its interval cannot mean different things.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from psky.domain.time import DAY_US, DAYS_PER_YEAR, SECOND_US
from psky.replay.dataset import Dataset
from psky.replay.equity import MarkedEquity, marked_equity
from psky.replay.figures import MetricIntervals
from psky.replay.frames import PERIOD_COLUMNS, TRADE_COLUMNS, frames
from psky.replay.ledger import Ledger
from psky.replay.metrics import TradeMetrics, trade_metrics
from psky.replay.periods import Part
from psky.replay.statistics import reductions as of
from psky.replay.statistics.arrays import Floats, Ints
from psky.replay.statistics.interval import Bootstrap, Statistic, bca_intervals, block_length
from psky.replay.statistics.reductions import defined, quotient

DAY_S = DAY_US / SECOND_US
CVAR_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMetrics(TradeMetrics):
    """The metrics of a replay: those of its trades, and those of its fills, orders, days and marked equity.

    `marked_*` are of the equity marked to market every minute. Sharpe and Sortino ratios are of simple daily returns
    of that equity on UTC days, idle days as zeros and the first and the last as far as they reach, times the root of
    365 days a year, at a risk-free rate of zero.
    """

    trades_per_day: float
    net_quote: float
    """Profit after fees and funding, in quote currency."""
    sharpe: float | None
    sortino: float | None
    cvar_5_r: float | None
    """Mean of the worst twentieth of trades."""
    marked_drawdown_r: float
    marked_drawdown_share: float
    """Of the equity's peak; 1 where all of it was lost."""
    marked_underwater_s: float
    """Longest time from a peak of the marked equity in R until it is reached again, or to the end."""
    turnover_per_day: float
    """Value of all fills a day, over the mean equity."""
    mean_mae_r: float | None
    """Mean of the worst print of each trade while it was open, from its entry."""
    mean_mfe_r: float | None
    funding_r: float
    fee_to_gross: float | None
    """Fees over the profit before them; None without one."""
    maker_share: float | None
    """Share of the value of fills that provided liquidity."""
    fill_rate: float | None
    """Share of entry orders that filled at least in part."""


def measure(dataset: Dataset, part: Part, ledger: Ledger) -> RunMetrics:
    """Return the metrics of a replay of a part of history."""
    equity = marked_equity(dataset, part, ledger)
    known = frames(dataset, part, ledger, equity)
    figures = {name: figure(known.trades.T) for name, figure in _OF_TRADES.items()}
    figures |= {name: figure(known.days.T) for name, figure in _OF_DAYS.items()}
    figures |= {name: figure(known.periods.T) for name, figure in _OF_PERIODS.items()}
    own = {field.name for field in dataclasses.fields(RunMetrics)} - {
        field.name for field in dataclasses.fields(TradeMetrics)
    }
    told: dict[str, Any] = {name: defined(value) for name, value in figures.items() if name in own}
    told["marked_underwater_s"] = _longest_underwater_s(equity)
    return RunMetrics(**dataclasses.asdict(_trade_metrics(part, ledger)), **told)


def intervals(dataset: Dataset, part: Part, ledger: Ledger, how: Bootstrap | None = None) -> MetricIntervals:
    """Return the interval of each metric of `measure`."""
    how = how or Bootstrap()
    known = frames(dataset, part, ledger, marked_equity(dataset, part, ledger))
    trade_block = _block(known.trades, TRADE_COLUMNS.index("net_r"))
    day_block = _block(known.days, PERIOD_COLUMNS.index("return"))
    period_block = _block(known.periods, PERIOD_COLUMNS.index("change_r"))
    found = bca_intervals(known.trades, _OF_TRADES, block=trade_block, how=how)
    found |= bca_intervals(known.days, _OF_DAYS, block=day_block, how=how)
    found |= bca_intervals(known.periods, _OF_PERIODS, block=period_block, how=how)
    names = [field.name for field in dataclasses.fields(RunMetrics)]
    return MetricIntervals(
        level=how.level,
        reps=how.reps,
        trade_block=trade_block,
        day_block=day_block,
        period_block=period_block,
        of={name: found[name] for name in names},
    )


def _trade_metrics(part: Part, ledger: Ledger) -> TradeMetrics:
    trades = ledger.trades
    # A trade belongs to the part that decided it; what it does past the end counts at the end.
    return trade_metrics(
        net_r=trades["net_r"],
        entry_ts_us=np.minimum(trades["entry_ts_us"], part.end_us),
        exit_ts_us=np.minimum(trades["exit_ts_us"], part.end_us),
        fees_r=trades["fee_r"],
        start_us=part.start_us,
        end_us=part.end_us,
    )


def _block(rows: Floats, column: int) -> float:
    return block_length(rows[:, column]) if rows.shape[0] > 1 else 1.0


def _longest_underwater_s(equity: MarkedEquity) -> float:
    at_peak = np.flatnonzero(equity.r >= np.maximum.accumulate(equity.r))
    rises: Ints = np.append(at_peak, len(equity.r) - 1)
    under = np.diff(rises) > 1
    if at_peak[-1] < len(equity.r) - 1:
        under[-1] = True
    return float(np.max(np.diff(equity.ts_us[rises])[under], initial=0)) / SECOND_US


def _trade(name: str) -> Callable[[Floats], Floats]:
    place = TRADE_COLUMNS.index(name)
    return lambda rows: rows[..., place, :]


def _period(name: str) -> Callable[[Floats], Floats]:
    place = PERIOD_COLUMNS.index(name)
    return lambda rows: rows[..., place, :]


def _of(column: Callable[[Floats], Floats], figure: Statistic) -> Statistic:
    return lambda rows: figure(column(rows))


def _total(name: str) -> Statistic:
    column = _period(name)
    return lambda rows: column(rows).sum(axis=-1)


def _ratio(above: Statistic, below: Statistic, scale: float = 1.0) -> Statistic:
    return lambda rows: quotient(scale * above(rows), below(rows))


def _drawdown(unit: str) -> Statistic:
    columns = [_period(f"{what}_{unit}") for what in ("change", "lowest", "highest", "drawdown")]
    return lambda rows: of.max_drawdown_within(*(column(rows) for column in columns))


def _underwater_s(name: str) -> Statistic:
    change, length_s = _period(name), _period("length_s")
    return lambda rows: of.longest_underwater(change(rows)) * of.mean(length_s(rows))


_NET = _trade("net_r")
_RETURN = _period("return")
_OF_TRADES: dict[str, Statistic] = {
    "mean_r": _of(_NET, of.mean),
    "win_rate": _of(_NET, of.win_rate),
    "profit_factor": _of(_NET, of.profit_factor),
    "max_drawdown_r": _of(_NET, of.max_drawdown),
    "average_hold_s": _of(_trade("hold_s"), of.mean),
    "sqn": _of(_NET, of.sqn),
    "cvar_5_r": _of(_NET, lambda net_r: of.cvar(net_r, CVAR_SHARE)),
    "mean_mae_r": _of(_trade("mae_r"), of.mean),
    "mean_mfe_r": _of(_trade("mfe_r"), of.mean),
    "fee_to_gross": _ratio(
        _of(_trade("fee_r"), lambda fees: fees.sum(axis=-1)), _of(_trade("gross_r"), lambda gross: gross.sum(axis=-1))
    ),
}
_OF_DAYS: dict[str, Statistic] = {
    "sharpe": _of(_RETURN, lambda returns: of.sharpe(returns, DAYS_PER_YEAR)),
    "sortino": _of(_RETURN, lambda returns: of.sortino(returns, DAYS_PER_YEAR)),
}
_OF_PERIODS: dict[str, Statistic] = {
    "trades": _total("trades"),
    "trades_per_day": _ratio(_total("trades"), _total("length_s"), DAY_S),
    "net_r": _total("net_r"),
    "net_r_per_day": _ratio(_total("net_r"), _total("length_s"), DAY_S),
    "net_quote": _total("change_quote"),
    "longest_underwater_s": _underwater_s("net_r"),
    "exposure_share": _ratio(_total("exposed_s"), _total("length_s")),
    "fees_r": _total("fee_r"),
    "funding_r": _total("funding_r"),
    "marked_drawdown_r": _drawdown("r"),
    "marked_drawdown_share": lambda rows: -np.expm1(-_drawdown("log")(rows)),
    "marked_underwater_s": _underwater_s("change_r"),
    "turnover_per_day": _ratio(_ratio(_total("notional"), _total("length_s"), DAY_S), _of(_period("equity"), of.mean)),
    "maker_share": _ratio(_total("maker_notional"), _total("notional")),
    "fill_rate": _ratio(_total("filled"), _total("sent")),
}
