"""A session that hears a tape as it comes does what the replay of that tape does: verdict, order, fill and trade."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.domain.trades import TradeColumns
from psky.live.brain import Brain
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.periods import Part, holdout
from psky.replay.run import Run, replay_part, train
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests import house
from tests.stepped import Stepped

HOUR_US = 3_600_000_000
PREFIX = "parity"


def stepped(run_of: tuple[Run, Any, Part], tape: MarketTape, trades: TradeColumns, spec: Spec, seed: int) -> Stepped:
    """Return a session over the part, in random chunks, restarted from its saved state at random points."""
    _, bundle, part = run_of
    draw = np.random.default_rng(seed)
    window = {"decide_from_us": part.start_us, "decide_until_us": part.end_us}

    def restart(brain: Brain) -> Brain:
        if draw.random() > 0.05:
            return brain
        return Brain.restore(bundle, spec, tape.instrument, PREFIX, brain.save(), **window)

    return Stepped(
        brain=Brain(bundle, spec, tape.instrument, PREFIX, **window),
        tape=tape,
        trades=trades,
        spec=spec,
        restart=restart,
        chunk=lambda: int(draw.integers(1, 400)),
    )


CASES: dict[str, dict[str, Any]] = {
    "maker": {},
    "late": {"venue.feed_latency_ms": 900, "venue.latency_ms": 2500},
    "queue": {
        "venue.fill": "queue",
        "venue.queue_kappa": 0.02,
        "venue.taker_depth": "printed",
        "policy.max_positions": 3,
        "policy.ev_margin_r": -1.0,
        "policy.equity": 20.0,
    },
    "follows": {"intent.repeg_ticks": 3, "venue.fill": "touch", "intent.entry_offset_atr": 0.1},
    "taker": {"intent.entry": "taker", "policy.opposite": "close", "intent.hold_bars": 12, "policy.ev_margin_r": -2.0},
    "context": {
        "context.trend": True,
        "context.regime": True,
        "policy.regime": "calm",
        "policy.min_regime_p": 0.2,
        "venue.leverage": 20.0,
    },
}


@pytest.mark.parametrize("case", CASES)
def test_a_session_equals_the_replay(case: str) -> None:
    spec, trades = replace(house.QUICK, CASES[case]), house.columns()
    hours = np.arange(trades.ts_us[0] // HOUR_US + 1, trades.ts_us[-1] // HOUR_US) * HOUR_US
    funding = Funding(ts_us=hours, rate=np.where(hours // HOUR_US % 2, 1e-4, -2e-4), mark=np.full(len(hours), np.nan))
    tape = tape_from_columns(trades, house.INSTRUMENT, "tape", funding)
    dataset = build_dataset(tape, spec)
    part = holdout(dataset)
    # What is learnt does not matter here, and at a venue that fills little there is little to learn from.
    shown = {name: value for name, value in CASES[case].items() if name.startswith(("context", "policy.regime"))}
    learnt = build_dataset(tape, replace(house.QUICK, shown))
    bundle = train(learnt, holdout(learnt))
    run = replay_part(dataset, part, bundle)

    session = stepped((run, bundle, part), tape, trades, spec, seed=len(case))
    ledger = session.run()

    assert len(run.ledger.trades["net_r"]) > 5
    for name, columns in run.ledger.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(ledger.tables[name][column], values, err_msg=f"{name}.{column}")
    assert ledger.digest == run.ledger.digest
