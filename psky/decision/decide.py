"""The decision: evidence and policy in, verdicts out. The same for a million rows and for one."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.decision.expectation import ev_two_ends
from psky.errors import UsageError
from psky.spec.sections import PolicySpec

Floats = NDArray[np.float64]


class Reason(IntEnum):
    """Why a verdict is what it is; `ENTER` enters, the others skip."""

    ENTER = 0
    NOT_READY = 1
    """Something is not known: no model, missing or infinite probabilities or costs."""
    COSTS = 2
    """Even the target, once costs are paid, earns no more than the margin."""
    LOW_EV = 3
    """The expected value at the lower bound of p does not exceed the margin."""
    TREND = 4
    """A trend to the trade's side is not probable enough."""
    REGIME = 5
    """The regime that the policy waits for is not probable enough."""

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return _WORDS[self]


_WORDS = {
    Reason.ENTER: "enter",
    Reason.NOT_READY: "not ready",
    Reason.COSTS: "costs exceed the target",
    Reason.LOW_EV: "expected value too low",
    Reason.TREND: "trend too improbable",
    Reason.REGIME: "regime too improbable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known at the decision, one row an intent; scalars stand for every row.

    `p` and `p_lower` are P(target first | filled) and its bound; `gain_r` and `loss_r` are the net results in R
    expected if the target comes first and if it does not (a stop, or the time limit). `trend_p` and `regime_p` are the
    probabilities of a trend to the trade's side and of the policy's regime. NaN is unknown.
    """

    p: ArrayLike
    p_lower: ArrayLike
    gain_r: ArrayLike
    loss_r: ArrayLike
    trend_p: ArrayLike = math.nan
    regime_p: ArrayLike = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """One verdict a row: expected values in R at p and at its bound (NaN where not ready), and what follows."""

    ev_r: Floats
    ev_lower_r: Floats
    enter: NDArray[np.bool_]
    reason: NDArray[np.int8]


def decide(evidence: Evidence, policy: PolicySpec) -> Verdicts:
    """Enter where the expected value at the lower bound of p exceeds the policy's margin and its gates are open.

    The value is p G + (1 - p) L, METHOD 3.1 with stops and timeouts in one mean; the gate is METHOD 3.3.

    Raises:
        UsageError: columns of different lengths, or a probability outside [0, 1].
    """
    p, p_lower, gain, loss, trend, regime = _columns(evidence)
    ev, ev_lower = ev_two_ends(p, gain, loss), ev_two_ends(p_lower, gain, loss)
    reason = np.full(p.size, Reason.ENTER, dtype=np.int8)
    ready = np.isfinite(ev) & np.isfinite(ev_lower)
    # From the last to the first: what is found wrong first is the reason.
    for asked, probability, least, why in _gates(policy, trend, regime):
        if asked:
            ready &= np.isfinite(probability)
            reason[~(probability >= least)] = why
    reason[~(ev_lower > policy.ev_margin_r)] = Reason.LOW_EV
    reason[gain <= policy.ev_margin_r] = Reason.COSTS
    reason[~ready] = Reason.NOT_READY
    shown = [np.where(ready, value, np.nan) for value in (ev, ev_lower)]
    return Verdicts(ev_r=shown[0], ev_lower_r=shown[1], enter=reason == Reason.ENTER, reason=reason)


def _gates(policy: PolicySpec, trend: Floats, regime: Floats) -> tuple[tuple[bool, Floats, float, Reason], ...]:
    return (
        (policy.regime != "any", regime, policy.min_regime_p, Reason.REGIME),
        (policy.min_trend_p > 0, trend, policy.min_trend_p, Reason.TREND),
    )


def _columns(evidence: Evidence) -> tuple[Floats, ...]:
    names = tuple(field.name for field in fields(evidence))
    values = {name: np.asarray(getattr(evidence, name), dtype=np.float64) for name in names}
    lengths = {value.size for value in values.values() if value.ndim == 1}
    if len(lengths) > 1 or any(value.ndim > 1 for value in values.values()):
        raise UsageError(f"expected columns of one length, found {[v.shape for v in values.values()]} for {names}")
    for name in ("p", "p_lower", "trend_p", "regime_p"):
        value = values[name]
        if (value < 0).any() or (value > 1).any():
            raise UsageError(f"expected {name} within [0, 1], found {np.nanmin(value)} to {np.nanmax(value)}")
    rows = lengths.pop() if lengths else 1
    return tuple(np.broadcast_to(value, (rows,)) for value in values.values())
