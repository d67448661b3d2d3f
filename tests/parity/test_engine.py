"""An outcome is the replay of one intent alone, and nothing that is known depends on what comes later."""

from __future__ import annotations

import numpy as np
import pytest

from psky._core import outcomes, replay
from psky.engine.codes import ExitReason, Status
from tests.engine_cases import OUTCOME_COLUMNS, Print, columns, random_intents, random_prints, run, tape, venue

SHARED_COLUMNS = set(OUTCOME_COLUMNS) - {"status", "known_at_us", "filled_lots"}
CASES = [
    {"fill": fill, "latency_us": latency, "cancel_latency_us": latency, "queue_ahead_lots": ahead}
    for fill, ahead in [("touch", 0), ("queue", 0), ("queue", 4), ("through", 0)]
    for latency in (0, 25)
]
COSTS = {"maker_fee_rate": -0.0001, "taker_fee_rate": 0.0006, "slippage_ticks": 1}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("maker", [True, False])
def test_an_outcome_is_the_replay_of_one_intent(case: dict[str, object], *, maker: bool) -> None:
    trades_seen = 0
    for seed in range(10):
        prints = random_prints(seed)
        intents = random_intents(seed, prints, maker=maker)
        config, trades = venue(**case, **COSTS), tape(prints)
        alone = columns(outcomes(trades, intents, config))
        for row in range(len(intents)):
            ledger = replay(trades, intents, np.array([row]), config, "flip").trades()
            if alone["status"][row] == Status.CENSORED:
                assert set(ledger["exit_reason"]) <= {ExitReason.END} or alone["exit_row"][row] == -1
                continue
            assert len(ledger["intent"]) == (alone["filled_lots"][row] > 0)
            for name in SHARED_COLUMNS if len(ledger["intent"]) else ():
                assert ledger[name][0] == alone[name][row], name
            trades_seen += len(ledger["intent"])

    assert trades_seen > 50


@pytest.mark.parametrize("case", CASES)
def test_cutting_the_tape_after_an_outcome_is_known_changes_nothing(case: dict[str, object]) -> None:
    prints = random_prints(3)
    intents = random_intents(3, prints, 60)
    whole = run(prints, intents, **case, **COSTS)
    for row in np.flatnonzero(whole["status"] != Status.CENSORED):
        known = [p for p in prints if p.ts_us <= whole["known_at_us"][row]]
        future = [Print(ts_us=p.ts_us, price=1 + 5 * p.price, size=1, side=-p.side) for p in prints[len(known) :]]
        for tail in ([], future):
            cut = run(known + tail, intents, **case, **COSTS)
            for name, values in whole.items():
                np.testing.assert_equal(cut[name][row], values[row])


def test_a_jump_to_the_next_verdict_equals_stepping_there() -> None:
    # A verdict that never fills keeps an order at the venue, so that no print is skipped.
    prints = random_prints(5, n=2000)
    intents = random_intents(5, prints, 40)
    trades, config = tape(prints), venue(fill="queue", queue_ahead_lots=2, latency_us=20)
    ledger = replay(trades, intents, np.arange(len(intents)), config, "ignore")
    skipped = set(ledger.skips()["intent"])
    kept = np.array([row for row in range(len(intents)) if row not in skipped])

    again = replay(trades, intents, kept, config, "ignore")

    assert 0 < len(skipped) < len(intents)
    for name, values in ledger.fills().items():
        np.testing.assert_array_equal(again.fills()[name], values)
