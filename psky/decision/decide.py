"""The decision: evidence and policy in, verdicts out. The same for a million rows and for one."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.decision.expectation import two_ends
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


_CHANCES = ("p", "p_lower", "trend_p", "regime_p")
_NAMES = tuple(field.name for field in fields(Evidence))


def decide(evidence: Evidence, policy: PolicySpec) -> Verdicts:
    """Return the verdict on each row, see `verdict`.

    Raises:
        UsageError: columns of different lengths, or a probability outside [0, 1].
    """
    found = [verdict(policy, *row) for row in zip(*_columns(evidence), strict=True)]
    values = np.array(found, dtype=np.float64).reshape(len(found), 3)
    reason = values[:, 2].astype(np.int8)
    return Verdicts(ev_r=values[:, 0], ev_lower_r=values[:, 1], enter=reason == Reason.ENTER, reason=reason)


def verdict(
    policy: PolicySpec, p: float, p_lower: float, gain_r: float, loss_r: float, trend_p: float, regime_p: float
) -> tuple[float, float, Reason]:
    """Enter where the expected value at the lower bound of p exceeds the policy's margin and its gates are open.

    The value is p G + (1 - p) L, METHOD 3.1 with stops and timeouts in one mean; the gate is METHOD 3.3. Returns it at
    p and at the bound, in R, NaN where not ready, and the first reason to skip.

    Raises:
        UsageError: a probability outside [0, 1].
    """
    for name, chance in zip(_CHANCES, (p, p_lower, trend_p, regime_p), strict=True):
        if chance < 0 or chance > 1:
            raise UsageError(f"expected {name} within [0, 1], found {chance}")
    ev_r, ev_lower_r = two_ends(p, gain_r, loss_r), two_ends(p_lower, gain_r, loss_r)
    gates = _gates(policy, trend_p, regime_p)
    if not all(map(math.isfinite, [ev_r, ev_lower_r, *(known for known, _, _ in gates)])):
        return math.nan, math.nan, Reason.NOT_READY
    if gain_r <= policy.ev_margin_r:
        return ev_r, ev_lower_r, Reason.COSTS
    if ev_lower_r <= policy.ev_margin_r:
        return ev_r, ev_lower_r, Reason.LOW_EV
    closed = (why for known, least, why in gates if known < least)
    return ev_r, ev_lower_r, next(closed, Reason.ENTER)


def _gates(policy: PolicySpec, trend_p: float, regime_p: float) -> list[tuple[float, float, Reason]]:
    gates = []
    if policy.min_trend_p > 0:
        gates.append((trend_p, policy.min_trend_p, Reason.TREND))
    if policy.regime != "any":
        gates.append((regime_p, policy.min_regime_p, Reason.REGIME))
    return gates


def _columns(evidence: Evidence) -> list[list[float]]:
    values = [np.asarray(getattr(evidence, name), dtype=np.float64) for name in _NAMES]
    shapes = {value.shape for value in values} - {()}
    if len(shapes) > 1 or any(len(shape) > 1 for shape in shapes):
        raise UsageError(f"expected columns of one length, found {[v.shape for v in values]} for {_NAMES}")
    rows = shapes.pop() if shapes else (1,)
    return [np.broadcast_to(value, rows).tolist() for value in values]
