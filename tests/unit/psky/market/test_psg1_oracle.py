from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky._core import bracket
from psky.engine.codes import Status
from psky.market.psg1 import Psg1Params, generate
from psky.market.psg1_oracle import State, fill_probabilities, gamblers_ruin, target_probability
from tests.engine_cases import venue
from tests.factories import generated_tape
from tests.oracles.psg1 import target_first
from tests.vectors.load import vectors


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


def test_positions_end_as_often_at_the_target_as_the_oracle_says() -> None:
    tape = generate(Psg1Params(seed=5, n=400_000))
    core = generated_tape(tape)
    episodes = tape.hidden.episodes()
    rows, sides = episodes["start_row"][:-1], episodes["side"][:-1].astype(np.int64)
    entry = tape.hidden.price_ticks[rows]
    stop, target = entry - sides * 9, entry + sides * 14

    p = fill_probabilities(tape, rows, sides, stop, target)

    levels = zip(rows.tolist(), sides.tolist(), entry.tolist(), stop.tolist(), target.tolist(), strict=True)
    ended = [bracket(core, *level, 10**12, venue()).status[0] for level in levels]
    hit = np.array(ended) == Status.TARGET
    error = (hit - p).mean()
    assert len(p) > 500
    assert p.std() > 0.1
    assert abs(error) < 3 * np.sqrt((p * (1 - p)).mean() / len(p))
    # The oracle tells the good from the bad.
    assert hit[p > 0.6].mean() > hit[p < 0.3].mean() + 0.3
