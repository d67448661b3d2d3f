"""Properties of fills and outcomes (METHOD 1.1 and 5.5)."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from psky._core import Intents, fill_order
from tests.engine_cases import OUTCOME_COLUMNS, Print, random_intents, random_prints, run, tape, venue

MIRROR = 2000
SIDED = {"entry_ticks", "exit_ticks"}
FILLS = st.sampled_from(["touch", "queue", "through"])
SEEDS = st.integers(0, 10_000)


def reflected_prints(prints: list[Print]) -> list[Print]:
    return [Print(ts_us=p.ts_us, price=MIRROR - p.price, size=p.size, side=-p.side) for p in prints]


def reflected(intents: Intents) -> Intents:
    return Intents(
        intents.ts_us,
        -intents.side,
        np.where(intents.limit_ticks > 0, MIRROR - intents.limit_ticks, 0),
        intents.stop_distance_ticks,
        intents.target_distance_ticks,
        intents.qty_lots,
        intents.entry_ttl_us,
        intents.hold_us,
    )


@given(seed=SEEDS, fill=FILLS, ahead=st.integers(0, 9), latency_us=st.integers(0, 50), maker=st.booleans())
def test_a_mirrored_market_mirrors_every_outcome(
    seed: int, fill: str, ahead: int, latency_us: int, *, maker: bool
) -> None:
    prints = random_prints(seed)
    intents = random_intents(seed, prints, maker=maker)
    case = {"fill": fill, "queue_ahead_lots": ahead, "latency_us": latency_us, "slippage_ticks": 1}

    ours, theirs = run(prints, intents, **case), run(reflected_prints(prints), reflected(intents), **case)

    for name in set(OUTCOME_COLUMNS) - SIDED:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    for name in SIDED:
        np.testing.assert_allclose(ours[name], MIRROR - theirs[name], err_msg=name)


def lone_fills(prints: list[Print], seed: int, **changes: Any) -> list[tuple[int, int, int]]:  # noqa: ANN401
    """Fills of an order that `seed` alone decides: lots 6, cancelled 400 us later."""
    draw = np.random.default_rng(seed)
    start = prints[int(draw.integers(0, 200))]
    side = int(draw.choice([-1, 1]))
    price = start.price - side * int(draw.integers(1, 4))
    config = venue(**changes)
    return fill_order(tape(prints), side, price, 6, start.ts_us, start.ts_us + 400, config)[1]


@given(seed=SEEDS, ahead=st.integers(1, 20))
def test_stricter_models_never_fill_earlier(seed: int, ahead: int) -> None:
    prints = random_prints(seed)
    ladder = [("touch", 0), ("queue", 0), ("queue", ahead), ("through", 0)]

    fills = [lone_fills(prints, seed, fill=fill, queue_ahead_lots=lots) for fill, lots in ladder]

    first = [rung[0][0] if rung else len(prints) for rung in fills]
    assert first == sorted(first)
    assert all(sum(lots for _, _, lots in rung) <= 6 for rung in fills)


@given(seed=SEEDS, fill=FILLS, latency_us=st.integers(0, 100), more_us=st.integers(1, 100))
def test_more_latency_never_fills_earlier(seed: int, fill: str, latency_us: int, more_us: int) -> None:
    prints = random_prints(seed)
    # A later arrival can meet other quotes; what a rejected order would have done is another question.
    quick, slow = (lone_fills(prints, seed, fill=fill, latency_us=us) for us in (latency_us, latency_us + more_us))

    if quick and slow:
        assert slow[0][0] >= quick[0][0]


@given(seed=SEEDS, fill=FILLS, latency_us=st.integers(0, 100), cancel_latency_us=st.integers(0, 100))
def test_fills_lie_between_arrival_and_cancel(seed: int, fill: str, latency_us: int, cancel_latency_us: int) -> None:
    prints = random_prints(seed)
    start_us = prints[int(np.random.default_rng(seed).integers(0, 200))].ts_us

    fills = lone_fills(prints, seed, fill=fill, latency_us=latency_us, cancel_latency_us=cancel_latency_us)

    assert all(start_us + latency_us < ts_us < start_us + 400 + cancel_latency_us for _, ts_us, _ in fills)
