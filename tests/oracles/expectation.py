"""METHOD 3 with three ends and all its terms: expected values, break-even probabilities and Kelly's share.

psky decides by the two ends of `psky.decision.expectation` and sizes by the distance of the stop; these are what the
first is held against, and what the published values say of the rest. `p` and `u` are P(target first | filled) and
P(time limit first | filled), unconditional; results are in R.
"""

from __future__ import annotations

from collections.abc import Sequence


def ev_fill(p: float, u: float, win_r: float, loss_r: float, timeout_r: float) -> float:
    """Return the expected value of a filled trade, p w + (1 - p - u) l + u t (METHOD 3.1)."""
    return p * win_r + (1 - p - u) * loss_r + u * timeout_r


def ev_signal(fill_share: float, ev_fill_r: float, nonfill_cost_r: float) -> float:
    """Return the expected value of a signal, f EV - (1 - f) k, with k >= 0 the cost of an unfilled order."""
    return fill_share * ev_fill_r - (1 - fill_share) * nonfill_cost_r


def break_even(win_r: float, loss_r: float, u: float = 0.0, timeout_r: float = 0.0) -> float:
    """Return the p at which the expected value is zero, [-(1 - u) l - u t] / (w - l) (METHOD 3.2)."""
    return (-(1 - u) * loss_r - u * timeout_r) / (win_r - loss_r)


def break_even_symmetric(cost_r: float, reward_risk: float) -> float:
    """Return the break-even p of equal costs on both exits, (1 + c) / (1 + RR)."""
    return (1 + cost_r) / (1 + reward_risk)


def partial_fills(
    fractions: Sequence[float], probabilities: Sequence[float], ev_r: Sequence[float]
) -> tuple[float, float, float]:
    """Return what an order that fills in part earns: each order, each unit filled, and the mean that forgets sizes."""
    rows = list(zip(fractions, probabilities, ev_r, strict=True))
    per_order = sum(share * chance * ev for share, chance, ev in rows)
    filled = sum(share * chance for share, chance, _ in rows)
    return per_order, per_order / filled, sum(chance * ev for _, chance, ev in rows)


def kelly_binary(p: float, win_r: float, loss_r: float) -> float:
    """Return the growth-optimal share of equity that one R is, p / -l - (1 - p) / w."""
    return p / -loss_r - (1 - p) / win_r


def kelly(probabilities: Sequence[float], outcomes_r: Sequence[float]) -> float:
    """Return it for several outcomes, a loss among them: the root of sum q o / (1 + f o) (METHOD 3.4), by halving."""
    low, high = -1 / max(outcomes_r), -1 / min(outcomes_r)
    for _ in range(200):
        middle = (low + high) / 2
        slope = sum(q * r / (1 + middle * r) for q, r in zip(probabilities, outcomes_r, strict=True))
        low, high = (middle, high) if slope > 0 else (low, middle)
    return low
