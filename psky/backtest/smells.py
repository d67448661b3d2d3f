"""Smell tests: what makes a good result doubtful, each with its reason in plain words.

A smell is a reason to look closer, not a verdict. Tests of a profit have nothing to test where nothing was earned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from psky.backtest.findings import Calibration, Smell, Variant
from psky.backtest.variants import FEES_2, LATENCY_10, SLIPPAGE_1, TOUCH
from psky.domain.text import percent, signed
from psky.domain.time import DAY_US

MIN_TRADES = 30
"""Fewest trades from which a mean says anything (METHOD 0.2)."""
MIN_DAYS = 30
"""Fewest days whose returns a yearly Sharpe ratio can be read from: its error over them is about 3.5 a year."""
_LARGE_SHARE = 0.5
_PROMISE_ERRORS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What the tests look at. `edges` names tuned parameters at an end of their range, in words."""

    trades: pl.DataFrame
    days: float
    """Length of the part."""
    ladder: Sequence[Variant]
    stress: Sequence[Variant]
    calibration: Calibration | None
    edges: Sequence[str]
    fold_r_per_day: Sequence[float]
    """Net R per day of each fold of the tuning."""
    backtests: int | None
    """How many backtests that differ have shown the study's hold-out; None for a part that shows nothing of it."""

    @property
    def net_r(self) -> float:
        """What the trades earned in all."""
        return float(self.trades["net_r"].sum())


def smell_tests(suspect: Suspect) -> list[Smell]:
    """Return every smell test with its finding, in the order in which a reader asks."""
    return [_smell(name, test(suspect)) for name, test in _TESTS.items()]


_Found = tuple[bool | None, str]


def _smell(name: str, found: _Found) -> Smell:
    smells, text = found
    return Smell(name=name, smells=None if smells is None else bool(smells), text=text)  # NumPy has bools of its own


def _profit(test: Callable[[Suspect], _Found]) -> Callable[[Suspect], _Found]:
    """Let a test of a profit answer only where there is one."""

    def tested(suspect: Suspect) -> _Found:
        return test(suspect) if suspect.net_r > 0 else (None, "nothing was earned")

    return tested


def _few_trades(suspect: Suspect) -> _Found:
    count = len(suspect.trades)
    return count < MIN_TRADES, f"{count} trades; a mean needs {MIN_TRADES} or more"


def _few_days(suspect: Suspect) -> _Found:
    words = f"{suspect.days:.1f} days; yearly figures such as the Sharpe ratio need {MIN_DAYS} or more"
    return suspect.days < MIN_DAYS, words


def _one_trade(suspect: Suspect) -> _Found:
    best = _largest(suspect.trades["net_r"])
    share = best / suspect.net_r
    return share > _LARGE_SHARE, f"the best trade makes {signed(best)} of {signed(suspect.net_r)} R"


def _one_day(suspect: Suspect) -> _Found:
    days = suspect.trades.group_by(suspect.trades["exit_ts_us"] // DAY_US).agg(pl.col("net_r").sum())
    if len(days) < 3:
        return None, f"trades closed on {len(days)} days; a comparison needs 3"
    best = _largest(days["net_r"])
    return best > _LARGE_SHARE * suspect.net_r, f"the best day makes {signed(best)} of {signed(suspect.net_r)} R"


def _one_side(suspect: Suspect) -> _Found:
    sides = {side: float(suspect.trades.filter(side=side)["net_r"].sum()) for side in ("long", "short")}
    words = ", ".join(f"{side}s {signed(net_r)} R" for side, net_r in sides.items())
    return min(sides.values()) <= 0, f"{words}: a trend of the tape pays one side"


def _parameters(suspect: Suspect) -> _Found:
    if not suspect.edges:
        return False, "no tuned parameter lies at an end of its range"
    return True, f"at an end of its range: {'; '.join(suspect.edges)}: the best value may lie beyond"


def _folds(suspect: Suspect) -> _Found:
    found = np.asarray(suspect.fold_r_per_day)
    if len(found) < 2:
        return None, "fewer than two folds"
    spread = float(found.std(ddof=1))
    words = ", ".join(signed(value) for value in found)
    return bool(found.min() <= 0 or spread > found.mean()), f"the folds earned {words} R a day (spread {spread:.2f})"


def _loose_fills(suspect: Suspect) -> _Found:
    earning = [rung.name for rung in suspect.ladder if rung.net_r > 0]
    strict = suspect.ladder[-1]
    if not earning:
        return None, "no fill rule earns anything"
    if strict.net_r > 0:
        return False, f"earns under {strict.name} too, where prints prove each fill: {signed(strict.net_r)} R"
    only = " and ".join(earning) if earning != [TOUCH] else f"{TOUCH} alone, where any print at the price fills"
    return True, f"earns under {only}; under {strict.name} {signed(strict.net_r)} R"


def _survives(name: str) -> Callable[[Suspect], _Found]:
    def tested(suspect: Suspect) -> _Found:
        harder = next(variant for variant in suspect.stress if variant.name == name)
        return harder.net_r <= 0, f"{name}: {signed(harder.net_r)} R instead of {signed(suspect.net_r)} R"

    return _profit(tested)


def _time_limit(suspect: Suspect) -> _Found:
    if suspect.trades.is_empty():
        return None, "no trades"
    share = float((suspect.trades["exit_reason"] == "time").to_numpy().mean())
    return share > _LARGE_SHARE, f"{percent(share)} of the exits are at the time limit: neither target nor stop decides"


def _promise(suspect: Suspect) -> _Found:
    if len(suspect.trades) < 2:
        return None, "fewer than two trades"
    net_r, promised = suspect.trades["net_r"].to_numpy(), float(suspect.trades["ev_r"].to_numpy().mean())
    error = float(net_r.std(ddof=1)) / math.sqrt(len(net_r))
    words = f"the model promised {signed(promised)} R a trade at its lower bound, {signed(float(net_r.mean()))} R came"
    return net_r.mean() < promised - _PROMISE_ERRORS * error, f"{words} (standard error {error:.2f})"


def _skill(suspect: Suspect) -> _Found:
    found = suspect.calibration
    if found is None or found.auc is None:
        return None, "too few touches resolved to tell"
    if found.one_p:
        return True, f"the model gives every touch the same p, {percent(found.bins[0].forecast)}: it tells none apart"
    return found.auc <= 0.5, f"AUC {found.auc:.3f} over {found.rows:,} touches; chance alone gives 0.5"


def _looks(suspect: Suspect) -> _Found:
    # What selection looks at is no smell: every study needs it, and the p-value of the hold-out pays for it.
    if suspect.backtests is None:
        return None, "this part shows nothing of the hold-out"
    if suspect.backtests == 1:
        return False, "no other backtest has shown the hold-out"
    words = f"{suspect.backtests} backtests that differ have shown the hold-out: each makes the next worth less"
    return True, words


def _largest(values: pl.Series) -> float:
    return float(values.to_numpy().max())


_TESTS: dict[str, Callable[[Suspect], _Found]] = {
    "few trades": _few_trades,
    "few days": _few_days,
    "one trade": _profit(_one_trade),
    "one day": _profit(_one_day),
    "one side": _profit(_one_side),
    "loose fills": _loose_fills,
    "slippage": _survives(SLIPPAGE_1),
    "fees": _survives(FEES_2),
    "latency": _survives(LATENCY_10),
    "time limit": _time_limit,
    "skill": _skill,
    "promise": _promise,
    "parameters": _parameters,
    "folds": _folds,
    "looks": _looks,
}
