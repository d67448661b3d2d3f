"""On the martingale twin, without fees, only the fill rule can make money: the strict one must not (METHOD 5.4)."""

from __future__ import annotations

import numpy as np

from psky._core import Intents, outcomes
from psky.market.psg1 import Psg1Params, Psg1Tape, generate
from tests.engine_cases import venue
from tests.factories import generated_tape

BARRIER = 12


def pullback_intents(tape: Psg1Tape) -> Intents:
    """Join the best quote where a pullback triggers; stop and target 12 ticks away, no time limit."""
    hidden = tape.hidden
    episodes = hidden.episodes()
    rows, side = episodes["start_row"], episodes["side"]
    m = len(rows)
    return Intents(
        hidden.ts_ms[rows] * 1000,
        side,
        np.where(side > 0, hidden.bid[rows], hidden.bid[rows] + 1),
        np.full(m, BARRIER),
        np.full(m, BARRIER),
        np.ones(m, np.int64),
        np.full(m, 60_000_000),
        np.full(m, 10**14),
    )


def test_the_fill_rule_alone_moves_the_result() -> None:
    touched, through = [], []
    for seed in (1, 2, 3):
        tape = generate(Psg1Params(seed=seed, n=1_000_000, planted=False))
        trades, intents = generated_tape(tape), pullback_intents(tape)
        touched.append(np.nanmean(outcomes(trades, intents, venue(fill="touch", max_gap_us=10**14)).gross_r))
        through.append(np.nanmean(outcomes(trades, intents, venue(fill="through", max_gap_us=10**14)).gross_r))

    assert np.mean(touched) - np.mean(through) >= 0.04
    assert np.mean(through) < 0
    assert abs(np.mean(touched)) < 0.05
