"""The decision: evidence and policy in, verdicts out. The same for a million rows and for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.decision.expectation import ev_fill
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

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return _WORDS[self]


_WORDS = {
    Reason.ENTER: "enter",
    Reason.NOT_READY: "not ready",
    Reason.COSTS: "costs exceed the target",
    Reason.LOW_EV: "expected value too low",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known at the decision, one row an intent; scalars stand for every row.

    `p` and `p_lower` are P(target first | filled) and its bound; `timeout_share` is P(time limit first | filled);
    `win_r`, `loss_r` and `timeout_r` are net results in R at target, stop and time limit. NaN is unknown.
    """

    p: ArrayLike
    p_lower: ArrayLike
    timeout_share: ArrayLike
    win_r: ArrayLike
    loss_r: ArrayLike
    timeout_r: ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """One verdict a row: expected values in R at p and at its bound (NaN where not ready), and what follows."""

    ev_r: Floats
    ev_lower_r: Floats
    enter: NDArray[np.bool_]
    reason: NDArray[np.int8]


def decide(evidence: Evidence, policy: PolicySpec) -> Verdicts:
    """Enter where the expected value at the lower bound of p exceeds the policy's margin (METHOD 3.3).

    The share of timeouts is cut where p + u would exceed one.

    Raises:
        UsageError: columns of different lengths, or a probability outside [0, 1].
    """
    p, p_lower, u, win, loss, timeout = _columns(evidence)
    ev = ev_fill(p, np.minimum(u, 1 - p), win, loss, timeout)
    ev_lower = ev_fill(p_lower, np.minimum(u, 1 - p_lower), win, loss, timeout)
    ready = np.isfinite(ev) & np.isfinite(ev_lower)
    enter = ready & (ev_lower > policy.ev_margin_r)
    reason = np.full(p.size, Reason.LOW_EV, dtype=np.int8)
    reason[win <= policy.ev_margin_r] = Reason.COSTS
    reason[enter] = Reason.ENTER
    reason[~ready] = Reason.NOT_READY
    shown = [np.where(ready, value, np.nan) for value in (ev, ev_lower)]
    return Verdicts(ev_r=shown[0], ev_lower_r=shown[1], enter=enter, reason=reason)


def _columns(evidence: Evidence) -> tuple[Floats, ...]:
    names = ("p", "p_lower", "timeout_share", "win_r", "loss_r", "timeout_r")
    values = [np.asarray(getattr(evidence, name), dtype=np.float64) for name in names]
    lengths = {value.size for value in values if value.ndim == 1}
    if len(lengths) > 1 or any(value.ndim > 1 for value in values):
        raise UsageError(f"expected columns of one length, found {[v.shape for v in values]} for {names}")
    for name, value in zip(names[:3], values[:3], strict=True):
        if (value < 0).any() or (value > 1).any():
            raise UsageError(f"expected {name} within [0, 1], found {value.min()} to {value.max()}")
    rows = lengths.pop() if lengths else 1
    return tuple(np.broadcast_to(value, (rows,)) for value in values)
