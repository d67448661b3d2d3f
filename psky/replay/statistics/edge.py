"""Whether an edge was found: the verdict over all trials and the hold-out, exactly as METHOD 0.4.

Found means that every one of these holds; each that does not gives a reason in plain words:

* SPA, consistent and studentised, p <= .05 over the out-of-sample returns of all trials;
* the hold-out's mean is above zero, p <= .05, times the number of candidates that were shown it;
* the Sharpe ratio deflated by its null, DSR_null >= .95;
* the hold-out earns something at twice the costs, by fills that prints prove;
* the probability of backtest overfitting is at most .2 among distinct trials, however few: a veto, never evidence;
* the record is longer than the shortest one that would show its Sharpe ratio to be above zero.

The overfitting is that of choosing by mean net R, as tuning does, and not by a ratio: trials of one Sharpe ratio and
different sizes are told apart by the first at once, by the second never.

What cannot be computed counts against an edge, but for the veto: where all trials are near-duplicates of each other
there was nothing to overfit by choosing among them. Near-duplicates are left out of it because a sampler that learns
ends with many, each as good as the best: which of them led in one half of the time is chance, and a true edge would be
refused for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import UsageError
from psky.replay.statistics.conditions import holdout, selection, track_record

FOUND, NOT_FOUND = "found", "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeVerdict:
    """The answer, why it is no, and every number beside it; what could not be computed is None.

    What has a default was not told of by earlier versions, whose verdicts lie in files.
    """

    found: bool
    reasons: tuple[str, ...]
    """One for each condition that failed; empty when found."""
    trials: int
    periods: int
    holdout_periods: int
    holdout_trades: int
    block: float | None
    """Mean block length of the bootstrap, in periods."""
    spa_statistic: float | None
    spa_p: float | None
    effective_trials: float | None
    """Independent trials that the correlated ones amount to, by entropy."""
    psr_0: float | None
    """P(the winner's true Sharpe ratio > 0), not deflated."""
    dsr_null: float | None
    dsr_2014: float | None
    """Bailey and López de Prado's, with the raw number of trials: reported, not used."""
    distinct_trials: int | None = None
    """Trials left without near-duplicates, among which `pbo` ranks."""
    pbo: float | None
    pbo_slope: float | None = None
    """Of what the best in one half does in the other on what it did in its own, over splits (METHOD 4.2)."""
    pbo_loss_share: float | None = None
    """Share of splits in which the best in one half loses in the other."""
    looked: int | None = None
    """Candidates that were shown the hold-out, which `holdout_p` is multiplied by."""
    holdout_p: float | None
    holdout_mean_r: float | None
    double_cost_mean_r: float | None
    survives_double_costs: bool
    track_record: int
    """Periods of the winner's record, hold-out included."""
    min_track_record: float | None
    """Periods that would show its Sharpe ratio above zero; infinite when it is not."""

    @property
    def word(self) -> str:
        """`found` or `not found`."""
        return FOUND if self.found else NOT_FOUND


def judge(
    trial_returns: ArrayLike,
    winner: int,
    holdout_returns: ArrayLike,
    holdout_net_r: ArrayLike,
    double_cost_net_r: ArrayLike,
    *,
    looked: int = 1,
    seed: int = 0,
) -> EdgeVerdict:
    """Judge a study. Degenerate inputs are "not found" with the reason, never an error.

    Args:
        trial_returns: out-of-sample net returns of every trial at a fixed sampling, float64[T, N], zeros where a trial
            was idle or already pruned.
        winner: column of the chosen trial.
        holdout_returns: the winner's net returns on the hold-out at the same sampling, float64[H].
        holdout_net_r: net results of its hold-out trades in R, float64[M].
        double_cost_net_r: the same trades at twice the costs, float64[M].
        looked: how many candidates were shown the hold-out.
        seed: of the bootstrap.

    Raises:
        UsageError: `winner` is no column.
    """
    returns = np.asarray(trial_returns, dtype=np.float64)
    returns = returns[:, None] if returns.ndim == 1 else returns
    if not 0 <= winner < returns.shape[1]:
        raise UsageError(f"expected a winner among {returns.shape[1]} trials, found {winner}")
    after = np.asarray(holdout_returns, dtype=np.float64).ravel()
    net_r, doubled = (np.asarray(x, dtype=np.float64).ravel() for x in (holdout_net_r, double_cost_net_r))
    chosen = selection(returns, winner, seed)
    check = holdout(after, net_r, doubled, looked)
    record = track_record(returns[:, winner], after)
    reasons = (*chosen.reasons, *check.reasons, *record.reasons)
    told: dict[str, Any] = {**asdict(chosen), "reasons": reasons}
    return EdgeVerdict(
        found=not reasons,
        trials=returns.shape[1],
        periods=returns.shape[0],
        holdout_periods=after.size,
        holdout_trades=net_r.size,
        looked=looked,
        holdout_p=check.p,
        holdout_mean_r=check.mean_r,
        double_cost_mean_r=check.double_cost_mean_r,
        survives_double_costs=check.survives,
        track_record=record.periods,
        min_track_record=record.needed,
        **told,
    )
