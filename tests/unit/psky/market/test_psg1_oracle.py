from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from psky._core import bracket
from psky.engine.codes import Status
from psky.market.psg1 import DEMO_PARAMS, Psg1Params, Psg1Tape, generate
from psky.market.psg1_oracle import (
    State,
    episode_probabilities,
    fill_probabilities,
    gamblers_ruin,
    target_probability,
)
from tests.engine_cases import venue
from tests.factories import generated_tape
from tests.oracles.psg1 import target_first
from tests.vectors.load import vectors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def probability(given: dict[str, Any]) -> float:
    state = State(
        bid=np.array([given["Bnow"]]),
        in_episode=np.array([given["in_epi"]]),
        bid0=np.array([given["B0"]]),
        drift_side=np.array([given["D"]]),
        u=np.array([given["u"]]),
    )
    levels = (np.array([given[name]]) for name in ("side", "SL", "TP"))
    side, stop, target = levels
    return float(target_probability(state, side=side, stop_ticks=stop, target_ticks=target, a=given["a"])[0])


@pytest.mark.parametrize("vector", vectors("oracle_h"))
def test_the_published_probabilities(vector: dict[str, Any]) -> None:
    assert probability(vector["inputs"]) == pytest.approx(vector["expected"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("gamblers_ruin"))
def test_the_published_ruins(vector: dict[str, Any]) -> None:
    u, below, above = (vector["inputs"][name] for name in ("u", "a", "b"))

    assert float(gamblers_ruin(u, below, above)) == pytest.approx(vector["expected"], abs=vector["tol"])


@given(
    u=st.floats(0.4, 0.6),
    a=st.integers(2, 15),
    away=st.integers(-14, 14),
    bid=st.integers(60, 140),
    stop=st.integers(1, 20),
    target=st.integers(1, 20),
    side=st.sampled_from([-1, 1]),
    drift=st.sampled_from([-1, 1]),
    in_episode=st.booleans(),
)
def test_the_closed_form_solves_the_linear_system(  # noqa: PLR0917 - a state and its levels
    u: float, a: int, away: int, bid: int, stop: int, target: int, side: int, drift: int, *, in_episode: bool
) -> None:
    ask = int(side < 0)
    given = {
        "Bnow": bid,
        "SL": bid + ask - side * stop,
        "TP": bid + ask + side * target,
        "in_epi": in_episode,
        "B0": bid + away % (2 * a - 1) - a + 1,
        "D": drift,
        "u": u,
        "a": a,
        "side": side,
    }

    assert probability(given) == pytest.approx(target_first(given, move_share=0.5), abs=1e-9)


def test_a_decided_state_is_certain() -> None:
    given = {"Bnow": 99, "SL": 100, "TP": 110, "in_epi": True, "B0": 95, "D": 1, "u": 0.5, "a": 12, "side": 1}

    assert probability(given) == 0.0
    assert probability(given | {"Bnow": 110}) == 1.0


def ended_at_target(tape: Psg1Tape, rows: Integers, side: Integers, stop: Integers, target: Integers) -> Floats:
    """Whether positions that the prints `rows` opened ended at their target on the tape, 1 or 0."""
    core, entry = generated_tape(tape), tape.hidden.price_ticks[rows]
    levels = zip(rows.tolist(), side.tolist(), entry.tolist(), stop.tolist(), target.tolist(), strict=True)
    ended = [bracket(core, *level, 10**14, venue()).status[0] for level in levels]
    assert set(ended) <= {Status.TARGET, Status.STOP}
    return np.equal(ended, Status.TARGET).astype(np.float64)


def apart(tape: Psg1Tape, prints: int) -> tuple[Integers, Integers]:
    """Rows so far apart that few trades overlap, and a side for each."""
    rows = np.arange(1000, len(tape.hidden) - 10_000, prints)
    return rows, np.where(np.arange(rows.size) % 2, 1, -1)


def misfit(p: Floats, hit: Floats) -> float:
    """Pearson's statistic over ten bins of equal mass: chi-squared of ten degrees where p is right."""
    bins = np.array_split(np.argsort(p, kind="stable"), 10)
    return float(sum((hit[rows] - p[rows]).sum() ** 2 / (p[rows] * (1 - p[rows])).sum() for rows in bins))


@pytest.mark.parametrize("futures", [1, 400])
def test_inside_an_episode_futures_agree_with_the_closed_form(futures: int) -> None:
    tape = generate(Psg1Params(seed=5, n=100_000))
    hidden, episodes = tape.hidden, tape.hidden.episodes()
    rows = np.flatnonzero(hidden.episode >= 0)[::20]
    start = episodes["bid0"][hidden.episode[rows]]
    rows = rows[np.abs(hidden.bid[rows] - start) < 8]
    side = np.where(np.arange(rows.size) % 2, 1, -1)
    bid0 = episodes["bid0"][hidden.episode[rows]] + (side < 0)
    stop, target = bid0 - 8 * side, bid0 + 10 * side  # an episode has twelve ticks either way

    exact = episode_probabilities(tape, rows, stop, target)
    shares = fill_probabilities(tape, rows, stop, target, futures)

    errors = (shares - exact) / np.sqrt(exact * (1 - exact) / futures)
    assert exact.std() > 0.1
    assert abs(errors.mean()) < 4 / np.sqrt(rows.size)
    assert abs(np.square(errors).mean() - 1) < 4 * np.sqrt(3 / rows.size)


def test_futures_do_not_depend_on_the_order_of_rows() -> None:
    tape = generate(replace(DEMO_PARAMS, n=20_000))
    rows, side = apart(tape, 500)
    stop, target = (tape.hidden.price_ticks[rows] + way * 17 * side for way in (-1, 1))

    p = fill_probabilities(tape, rows, stop, target, 20)

    np.testing.assert_array_equal(fill_probabilities(tape, rows[::-1], stop[::-1], target[::-1], 20), p[::-1])


@pytest.mark.parametrize("rows", [[30, 10], [10, 20_000], [-1, 10]], ids=["order", "end", "start"])
def test_rows_that_are_not_prints_in_order_are_refused(rows: list[int]) -> None:
    hidden = generate(Psg1Params(n=20_000)).hidden
    levels = np.array([5990, 5990]), np.array([6010, 6010])

    with pytest.raises(ValueError, match="in order and within"):
        hidden.target_shares(np.array(rows), *levels, 10)
    with pytest.raises(ValueError, match="at least one future"):
        hidden.target_shares(np.array([10, 20]), *levels, 0)
    with pytest.raises(ValueError, match="one length"):
        hidden.target_shares(np.array([10]), *levels, 10)


def test_a_tape_without_an_edge_needs_no_futures() -> None:
    tape = generate(replace(DEMO_PARAMS, n=200_000, planted=False))
    rows, side = apart(tape, 100)
    entry = tape.hidden.price_ticks[rows]
    stop, target = entry - 17 * side, entry + 12 * side

    exact = episode_probabilities(tape, rows, stop, target)

    assert abs((fill_probabilities(tape, rows, stop, target) - exact).mean()) < 0.005


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_positions_end_as_often_at_the_target_as_their_futures_say(seed: int) -> None:
    # Over all trades, and in each tenth of them by probability. The walk is not fair after the episode under way.
    tape = generate(replace(DEMO_PARAMS, n=3_000_000, seed=seed))
    rows, side = apart(tape, 400)
    entry = tape.hidden.price_ticks[rows]
    stop, target = entry - 17 * side, entry + 17 * side

    hit = ended_at_target(tape, rows, side, stop, target)
    p = fill_probabilities(tape, rows, stop, target, 400)
    episode_only = episode_probabilities(tape, rows, stop, target)

    assert abs((hit - p).mean()) < 3 * np.sqrt((p * (1 - p)).mean() / rows.size)
    assert misfit(p, hit) < 29.6  # the 99.9 % quantile
    assert misfit(episode_only, hit) > 2 * 29.6


def test_positions_end_as_often_at_the_target_as_the_closed_form_says() -> None:
    tape = generate(Psg1Params(seed=5, n=400_000))
    episodes = tape.hidden.episodes()
    rows, sides = episodes["start_row"][:-1], episodes["side"][:-1].astype(np.int64)
    entry = tape.hidden.price_ticks[rows]
    stop, target = entry - sides * 9, entry + sides * 14

    p = episode_probabilities(tape, rows, stop, target)

    hit = ended_at_target(tape, rows, sides, stop, target)
    error = (hit - p).mean()
    assert len(p) > 500
    assert p.std() > 0.1
    assert abs(error) < 3 * np.sqrt((p * (1 - p)).mean() / len(p))
    # The oracle tells the good from the bad.
    assert hit[p > 0.6].mean() > hit[p < 0.3].mean() + 0.3
