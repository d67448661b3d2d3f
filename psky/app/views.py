"""What the front ends show: plain frozen values, fit for a table, for JSON and for a test.

Results in R are multiples of an intent's risk; times are microseconds since the epoch, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psky.backtest.result import BacktestResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyView:
    """One study of one symbol."""

    symbol: str
    label: str
    """The symbol as people are shown it: a synthetic one says so."""
    study: str
    trials: int
    complete: int
    pruned: int
    best_trial: int | None
    best_score: float | None
    edge: str | None
    """`found` or `not found`; None before the study has been judged."""
    folder: Path
    problem: str = ""
    """Why it cannot be read; nothing else is known of it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldView:
    """One walk-forward fold of one trial, out of sample."""

    fold: int
    score: float
    trades: int
    net_r: float
    win_rate: float | None
    max_drawdown_r: float
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """One trial of a study."""

    number: int
    state: str
    """`complete`, `pruned`, `failed` or `running`."""
    score: float | None
    feasible: bool
    net_r: float
    net_r_per_day: float
    trades: int
    win_rate: float | None
    max_drawdown_r: float
    duration_s: float | None
    params: dict[str, Any]
    folds: tuple[FoldView, ...]
    reason: str = ""
    """Why the trial was pruned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeView:
    """One closed position of a backtest."""

    side: str
    entry_ts_us: int
    exit_ts_us: int
    entry_price: float
    exit_price: float
    qty: float
    exit_reason: str
    net_r: float
    fee_r: float
    p: float
    ev_r: float
    """Expected value at the decision, at the lower bound of p."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestView:
    """A finished backtest of one trial on one part of history."""

    id: str
    """Names it in lists and comparisons: `BTCUSDT/first/trial_17_holdout`."""
    result: BacktestResult
    trades: tuple[TradeView, ...]
    folder: Path
    """Holds `result.json`, the tables and `report.html`."""
