"""What a trade is worth before it is made: expected value, break-even probability, size (METHOD 3).

Results are in R after all costs: `win_r` at the target, `loss_r` at the stop (below -1), `timeout_r` at the time limit.
`p` is P(target first | filled), `u` is P(time limit first | filled), both unconditional: p + u <= 1. Functions take
scalars or arrays that broadcast, and return float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.errors import UsageError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialFills:
    """The worth of an order whose filled fraction varies."""

    per_order: float
    """E[fraction * EV(fraction)]: what an order earns."""
    per_size: float
    """The same for each unit of size filled."""
    naive: float
    """E[EV]: wrong, since large fills come with worse outcomes; shown beside the others."""


def ev_fill(p: ArrayLike, u: ArrayLike, win_r: ArrayLike, loss_r: ArrayLike, timeout_r: ArrayLike) -> Floats:
    """Return the expected value of a filled trade, p w + (1 - p - u) l + u t, in R (METHOD 3.1)."""
    p_, u_, win, loss, timeout = (np.asarray(x, dtype=np.float64) for x in (p, u, win_r, loss_r, timeout_r))
    return np.asarray(p_ * win + (1 - p_ - u_) * loss + u_ * timeout)


def two_ends(p: float, gain_r: float, loss_r: float) -> float:
    """Return p G + (1 - p) L of one row, see `ev_two_ends`."""
    return p * gain_r + (1 - p) * loss_r


def ev_two_ends(p: ArrayLike, gain_r: ArrayLike, loss_r: ArrayLike) -> Floats:
    """Return p G + (1 - p) L, in R: `ev_fill` where L = E[result | not target first] holds stops and timeouts.

    With v = u / (1 - p), the share of timeouts among trades that miss their target, L = (1 - v) l + v t and the two are
    equal. Lowering p to its bound then leaves v alone, where a fixed u would make of every lost target a stop.
    """
    p_, gain, loss = (np.asarray(x, dtype=np.float64) for x in (p, gain_r, loss_r))
    return np.asarray(p_ * gain + (1 - p_) * loss)


def ev_signal(fill_share: ArrayLike, ev_fill_r: ArrayLike, nonfill_cost_r: ArrayLike) -> Floats:
    """Return the expected value of a signal, f EV - (1 - f) k, in R, with k >= 0 the cost of an unfilled order."""
    share, ev, cost = (np.asarray(x, dtype=np.float64) for x in (fill_share, ev_fill_r, nonfill_cost_r))
    return np.asarray(share * ev - (1 - share) * cost)


def break_even(win_r: ArrayLike, loss_r: ArrayLike, u: ArrayLike = 0.0, timeout_r: ArrayLike = 0.0) -> Floats:
    """Return the p at which the expected value is zero, [-(1 - u) l - u t] / (w - l) (METHOD 3.2).

    It may exceed 1 - u: then no p is enough.
    """
    win, loss, u_, timeout = (np.asarray(x, dtype=np.float64) for x in (win_r, loss_r, u, timeout_r))
    return np.asarray((-(1 - u_) * loss - u_ * timeout) / (win - loss))


def break_even_resolved(win_r: ArrayLike, loss_r: ArrayLike, u: ArrayLike, timeout_r: ArrayLike) -> Floats:
    """Return the break-even p among trades that reach target or stop, p* - u / (1 - u) t / (w - l)."""
    win, loss, u_, timeout = (np.asarray(x, dtype=np.float64) for x in (win_r, loss_r, u, timeout_r))
    return np.asarray(break_even(win, loss) - u_ / (1 - u_) * timeout / (win - loss))


def break_even_symmetric(cost_r: ArrayLike, reward_risk: ArrayLike) -> Floats:
    """Return the break-even p of equal costs on both exits, (1 + c) / (1 + RR)."""
    cost, ratio = np.asarray(cost_r, dtype=np.float64), np.asarray(reward_risk, dtype=np.float64)
    return np.asarray((1 + cost) / (1 + ratio))


def partial_fills(fractions: ArrayLike, probabilities: ArrayLike, ev_r: ArrayLike) -> PartialFills:
    """Return the worth of an order that fills `fractions` with `probabilities`, worth `ev_r` each (METHOD 3.1).

    Raises:
        UsageError: fractions outside [0, 1], probabilities that do not sum to one, or an order that never fills.
    """
    share, chance, ev = (np.asarray(x, dtype=np.float64) for x in (fractions, probabilities, ev_r))
    _distribution(chance)
    filled = float(np.sum(chance * share))
    if share.min() < 0 or share.max() > 1 or filled == 0:
        raise UsageError(f"expected filled fractions within [0, 1], not all zero, found {share.tolist()}")
    per_order = float(np.sum(chance * share * ev))
    return PartialFills(per_order=per_order, per_size=per_order / filled, naive=float(np.sum(chance * ev)))


def kelly_binary(p: ArrayLike, win_r: ArrayLike, loss_r: ArrayLike) -> Floats:
    """Return the growth-optimal share of equity that one R is, p / -l - (1 - p) / w; not positive is: do not trade."""
    p_, win, loss = (np.asarray(x, dtype=np.float64) for x in (p, win_r, loss_r))
    return np.asarray(p_ / -loss - (1 - p_) / win)


def kelly(probabilities: ArrayLike, outcomes_r: ArrayLike) -> float:
    """Return the growth-optimal share for several outcomes: the root of sum q o / (1 + f o) (METHOD 3.4).

    Not positive is: do not trade. Without a losing outcome it is infinite, without a winning one minus infinity.

    Raises:
        UsageError: probabilities that are negative or do not sum to one.
    """
    chance, result = (np.asarray(x, dtype=np.float64) for x in (probabilities, outcomes_r))
    _distribution(chance)
    chance, result = chance[chance > 0], result[chance > 0]
    if not (result < 0).any():
        return math.inf if (result > 0).any() else 0.0
    if not (result > 0).any():
        return -math.inf
    # The sum falls from +inf to -inf between the ruin of the largest gain and that of the largest loss.
    low, high = -1 / float(result.max()), -1 / float(result.min())
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            return middle
        if float(np.sum(chance * result / (1 + middle * result))) > 0:
            low = middle
        else:
            high = middle


def _distribution(chance: Floats) -> None:
    if chance.size == 0 or chance.min() < 0 or not math.isclose(float(chance.sum()), 1.0, abs_tol=1e-9):
        raise UsageError(f"expected probabilities that sum to one, found {chance.tolist()}")
