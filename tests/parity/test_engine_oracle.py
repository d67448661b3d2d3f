"""Outcomes against the slow, obvious oracle, on random tapes."""

from __future__ import annotations

import numpy as np
import pytest

from psky._core import Intents, fill_order
from psky.engine.codes import Status
from tests.engine_cases import Print, random_intents, random_prints, run, tape, venue
from tests.oracles import engine as oracle

SEEDS = range(40)


def expected(prints: list[Print], intents: Intents, row: int, rule: str, latency_us: int) -> tuple[str, int, float]:
    """(status, exit row, gross R) of a maker intent that fills whole."""
    side, limit = int(intents.side[row]), int(intents.limit_ticks[row])
    stop_distance, target_distance = int(intents.stop_distance_ticks[row]), int(intents.target_distance_ticks[row])
    live_us = int(intents.ts_us[row]) + latency_us
    dead_us = int(intents.ts_us[row] + intents.entry_ttl_us[row]) + latency_us
    # A rejection is seen at the first print after arrival, unless the order has expired by then.
    after = [p.ts_us for p in prints if p.ts_us > live_us]
    if not after:
        return "CENSORED", -1, np.nan
    if dead_us > live_us and oracle.crosses(prints, side, limit, live_us):
        return "REJECTED", -1, np.nan
    lots = int(intents.qty_lots[row])
    found = oracle.fills(prints, side, limit, lots, live_us, dead_us, rule)
    if not found:
        return ("UNFILLED" if prints[-1].ts_us >= dead_us else "CENSORED"), -1, np.nan
    stop, target = limit - side * stop_distance, limit + side * target_distance
    end = oracle.barrier(prints, found[0].row, side, limit, stop, target, int(intents.hold_us[row]), rule, lots)
    if end is None:
        return "CENSORED", -1, np.nan
    label, exit_row, ticks = end
    return label, exit_row, float(ticks / stop_distance)


@pytest.mark.parametrize("rule", ["touch", "through"])
@pytest.mark.parametrize("latency_us", [0, 15])
def test_outcomes_equal_the_oracle(rule: str, latency_us: int) -> None:
    seen = set()
    for seed in SEEDS:
        prints = random_prints(seed)
        intents = random_intents(seed, prints)
        case = {"fill": rule, "latency_us": latency_us, "cancel_latency_us": latency_us}
        found = run(prints, intents, **case, taker_depth="printed")
        for row in range(len(intents)):
            status, exit_row, gross_r = expected(prints, intents, row, rule, latency_us)
            assert Status(found["status"][row]).name == status, (seed, row)
            assert found["exit_row"][row] == exit_row
            np.testing.assert_allclose(found["gross_r"][row], gross_r, atol=1e-12)
            seen.add(status)

    assert seen == {status.name for status in Status}


@pytest.mark.parametrize("rule", ["touch", "queue", "through"])
def test_fills_equal_the_oracle(rule: str) -> None:
    draw = np.random.default_rng(7)
    partial = 0
    for seed in SEEDS:
        prints = random_prints(seed)
        start = prints[int(draw.integers(0, 200))]
        side, lots, ahead = int(draw.choice([-1, 1])), int(draw.integers(1, 20)), int(draw.integers(0, 20))
        price = start.price - side * int(draw.integers(1, 4))
        cancel_us = start.ts_us + int(draw.integers(1, 900))
        config = venue(fill=rule, queue_ahead_lots=ahead, latency_us=5, cancel_latency_us=7)

        _, found, remaining, _ = fill_order(tape(prints), side, price, lots, start.ts_us, cancel_us, config)

        wanted = []
        if not oracle.crosses(prints, side, price, start.ts_us + 5):
            wanted = oracle.fills(prints, side, price, lots, start.ts_us + 5, cancel_us + 7, rule, ahead)
        assert [(row, size) for row, _, size in found] == [(fill.row, fill.lots) for fill in wanted], seed
        assert remaining == lots - sum(fill.lots for fill in wanted)
        partial += 0 < remaining < lots

    assert rule != "queue" or partial > 0
