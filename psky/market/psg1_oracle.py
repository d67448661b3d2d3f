"""The truth of PSG-1: the probability that the target fills before the stop fires, from any state.

Of the episode under way and a fair walk after it, it is a closed form (METHOD 8.1). Prices are measured as `k`, ticks
from the stop towards the target: of the bid for a long, of the ask for a short. In an episode `k` walks with a constant
drift until the episode ends, afterwards without one. Both walks have constant coefficients, so their linear systems are
gambler's ruins, solved in closed form. The target fills under `through` at `k = N`; at `k = 0` the next print that does
not lift `k` fires the stop.

Where the next episode can begin before the trade ends, the generator itself goes on from the state, many times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky.market.psg1 import Psg1Tape

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FUTURES = 400
"""Ways in which a trade is let go on: a standard error of at most .025."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The generator's state at n moments, shape (n,) each; the last three count inside an episode only."""

    bid: Integers
    """Ticks."""
    in_episode: NDArray[np.bool_]
    bid0: Integers
    """Bid at the episode's start, ticks."""
    drift_side: Integers
    """+1 where the episode leans up."""
    u: Floats
    """Probability of a step in the episode's favour."""


def gamblers_ruin(u: Floats | float, below: Integers | int, above: Integers | int) -> Floats:
    """Return P(a walk that steps up with probability `u` gains `above` before it loses `below`)."""
    log_odds = np.log1p(-np.asarray(u)) - np.log(u)
    span = np.asarray(below) + np.asarray(above)
    flat = np.abs(log_odds) < 1e-15
    safe = np.where(flat, 1.0, log_odds)
    fair: Floats = np.asarray(below) / span
    return np.where(flat, fair, np.expm1(below * safe) / np.expm1(span * safe))


def target_probability(
    state: State,
    *,
    side: Integers,
    stop_ticks: Integers,
    target_ticks: Integers,
    a: int = 12,
    move_share: float = 0.5,
) -> Floats:
    """Return P(target filled under `through` before the stop fires on a trade price), shape (n,)."""
    span = np.abs(target_ticks - stop_ticks)
    # The price that matters: the bid of a long, the ask (bid + 1) of a short.
    ask = np.where(side < 0, 1, 0)
    k = side * (state.bid + ask - stop_ticks)
    decided = (k < 0) | (k >= span)
    running = state.in_episode & ~decided
    k0 = np.where(running, side * (state.bid0 + ask - stop_ticks), 0)
    favour = np.where(state.drift_side == side, state.u, 1.0 - state.u)
    p = _without_drift(k, span, move_share)
    p[running] = _with_drift(k[running], k0[running], span[running], favour[running], a, move_share)
    return np.where(decided, k >= span, p)


def fill_probabilities(
    tape: Psg1Tape, rows: Integers, stop_ticks: Integers, target_ticks: Integers, futures: int = FUTURES
) -> Floats:
    """Return P(target first) of positions opened by the prints `rows`, from the state after each, shape (n,).

    The share of `futures` that end so, through all episodes to come: unbiased, with a standard error of
    sqrt(p (1 - p) / futures).
    """
    order = np.argsort(rows, kind="stable")
    p = np.empty(len(rows))
    p[order] = tape.hidden.target_shares(rows[order], stop_ticks[order], target_ticks[order], futures)
    return p


def episode_probabilities(tape: Psg1Tape, rows: Integers, stop_ticks: Integers, target_ticks: Integers) -> Floats:
    """Return the closed form of the same, which no episode follows, shape (n,): exact for a tape without an edge."""
    hidden = tape.hidden
    index = hidden.episode[rows]
    episodes = hidden.episodes()
    if not len(episodes["u"]):
        episodes = {"bid0": np.zeros(1, np.int64), "side": np.zeros(1, np.int8), "u": np.full(1, 0.5)}
    state = State(
        bid=hidden.bid[rows],
        in_episode=index >= 0,
        bid0=episodes["bid0"][index],
        drift_side=episodes["side"][index].astype(np.int64),
        u=episodes["u"][index],
    )
    params = tape.params
    return target_probability(
        state,
        side=np.sign(target_ticks - stop_ticks),
        stop_ticks=stop_ticks,
        target_ticks=target_ticks,
        a=params.a,
        move_share=params.move_share,
    )


def _without_drift(k: Integers, span: Integers, move_share: float) -> Floats:
    # Linear in k; at the stop a walk escapes with odds move_share : 1, which puts the zero at k = -move_share.
    return (move_share + k) / (move_share + span)


def _with_drift(k: Integers, k0: Integers, span: Integers, favour: Floats, a: int, move_share: float) -> Floats:
    upper = np.minimum(span, k0 + a)
    lower = np.maximum(0, k0 - a)
    at_upper = np.where(span <= k0 + a, 1.0, _without_drift(upper, span, move_share))
    ends_below = k0 - a >= 0
    escape = move_share * favour / (move_share * favour + move_share * (1.0 - favour) + (1.0 - move_share) / 2)
    step = gamblers_ruin(favour, 1, np.maximum(upper - lower - 1, 0))
    at_stop = escape * step * at_upper / (1.0 - escape * (1.0 - step))
    at_lower = np.where(ends_below, _without_drift(lower, span, move_share), at_stop)
    return at_lower + (at_upper - at_lower) * gamblers_ruin(favour, k - lower, upper - k)
